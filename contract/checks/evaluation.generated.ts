// @ts-nocheck: generated from contract/evaluation-artefact.schema.json by make schemas.
import type { SchemaCheck } from '../../common/schema-problems.ts';

export const evaluationArtefact = validate10 as unknown as SchemaCheck;
const schema11 = {"$id":"evaluation-artefact","$schema":"http://json-schema.org/draft-07/schema#","title":"evaluation.json of a run: what a detection or segmentation trial says beyond its journal","type":"object","required":["schemaVersion","task"],"properties":{"schemaVersion":{"const":1},"task":{"enum":["detection","segmentation"]}},"if":{"properties":{"task":{"const":"detection"}}},"then":{"$ref":"#/definitions/detection"},"else":{"$ref":"#/definitions/segmentation"},"definitions":{"box":{"type":"array","minItems":4,"maxItems":4,"items":{"type":"number"}},"count":{"type":"integer","minimum":0},"detection":{"type":"object","required":["schemaVersion","task","dataset","split","epoch","pictures","iou","metrics","categories","curves","samples"],"properties":{"schemaVersion":{"const":1},"task":{"const":"detection"},"dataset":{"$ref":"#/definitions/name"},"split":{"$ref":"#/definitions/name"},"epoch":{"$ref":"#/definitions/count"},"pictures":{"$ref":"#/definitions/count"},"iou":{"enum":["bbox","segm"]},"metrics":{"$ref":"#/definitions/metrics"},"categories":{"type":"array","items":{"type":"object","required":["name","objects","AP","AP50","AP75"],"properties":{"name":{"$ref":"#/definitions/name"},"objects":{"$ref":"#/definitions/count"},"AP":{"$ref":"#/definitions/percent"},"AP50":{"$ref":"#/definitions/percent"},"AP75":{"$ref":"#/definitions/percent"},"maskAP":{"$ref":"#/definitions/percent"},"maskAP50":{"$ref":"#/definitions/percent"},"maskAP75":{"$ref":"#/definitions/percent"}},"additionalProperties":false}},"curves":{"type":"array","items":{"type":"object","required":["iou","category","precision"],"properties":{"iou":{"enum":["0.50","0.75","0.50:0.95"]},"category":{"oneOf":[{"$ref":"#/definitions/name"},{"type":"null"}]},"precision":{"type":"array","items":{"$ref":"#/definitions/percent"},"minItems":101,"maxItems":101},"of":{"const":"masks"}},"additionalProperties":false}},"samples":{"type":"array","items":{"type":"object","required":["file","width","height","picture","objects","detections"],"properties":{"file":{"$ref":"#/definitions/name"},"width":{"$ref":"#/definitions/side"},"height":{"$ref":"#/definitions/side"},"picture":{"$ref":"#/definitions/picture"},"objects":{"type":"array","items":{"type":"object","required":["box","category","crowd"],"properties":{"box":{"$ref":"#/definitions/box"},"category":{"$ref":"#/definitions/count"},"crowd":{"type":"boolean"}},"additionalProperties":false}},"detections":{"type":"array","items":{"type":"object","required":["box","category","score"],"properties":{"box":{"$ref":"#/definitions/box"},"category":{"$ref":"#/definitions/count"},"score":{"type":"number","minimum":0,"maximum":1}},"additionalProperties":false}},"masks":{"type":"object","required":["truth","detections"],"properties":{"truth":{"$ref":"#/definitions/labels"},"detections":{"$ref":"#/definitions/labels"}},"additionalProperties":false}},"additionalProperties":false}}},"additionalProperties":false},"labels":{"type":"array","items":{"$ref":"#/definitions/count"},"minItems":2,"description":"Runs in row order: label, length, label, length, ...; 255 is no class."},"metrics":{"type":"object","additionalProperties":{"$ref":"#/definitions/percent"}},"name":{"type":"string","minLength":1},"percent":{"type":["number","null"],"minimum":0,"maximum":100},"picture":{"type":"object","required":["mediaType","base64"],"properties":{"mediaType":{"enum":["image/png","image/jpeg"]},"base64":{"type":"string","minLength":1}},"additionalProperties":false},"segmentation":{"type":"object","required":["schemaVersion","task","dataset","split","epoch","pictures","metrics","classes","samples"],"properties":{"schemaVersion":{"const":1},"task":{"const":"segmentation"},"dataset":{"$ref":"#/definitions/name"},"split":{"$ref":"#/definitions/name"},"epoch":{"$ref":"#/definitions/count"},"pictures":{"$ref":"#/definitions/count"},"metrics":{"$ref":"#/definitions/metrics"},"classes":{"type":"array","items":{"type":"object","required":["name","pixels","IoU","accuracy"],"properties":{"name":{"$ref":"#/definitions/name"},"pixels":{"$ref":"#/definitions/count"},"IoU":{"$ref":"#/definitions/percent"},"accuracy":{"$ref":"#/definitions/percent"}},"additionalProperties":false}},"samples":{"type":"array","items":{"type":"object","required":["file","width","height","picture","truth","prediction"],"properties":{"file":{"$ref":"#/definitions/name"},"width":{"$ref":"#/definitions/side"},"height":{"$ref":"#/definitions/side"},"picture":{"$ref":"#/definitions/picture"},"truth":{"$ref":"#/definitions/labels"},"prediction":{"$ref":"#/definitions/labels"}},"additionalProperties":false}}},"additionalProperties":false},"side":{"type":"integer","minimum":1,"maximum":640}}};
const schema12 = {"type":"object","required":["schemaVersion","task","dataset","split","epoch","pictures","iou","metrics","categories","curves","samples"],"properties":{"schemaVersion":{"const":1},"task":{"const":"detection"},"dataset":{"$ref":"#/definitions/name"},"split":{"$ref":"#/definitions/name"},"epoch":{"$ref":"#/definitions/count"},"pictures":{"$ref":"#/definitions/count"},"iou":{"enum":["bbox","segm"]},"metrics":{"$ref":"#/definitions/metrics"},"categories":{"type":"array","items":{"type":"object","required":["name","objects","AP","AP50","AP75"],"properties":{"name":{"$ref":"#/definitions/name"},"objects":{"$ref":"#/definitions/count"},"AP":{"$ref":"#/definitions/percent"},"AP50":{"$ref":"#/definitions/percent"},"AP75":{"$ref":"#/definitions/percent"},"maskAP":{"$ref":"#/definitions/percent"},"maskAP50":{"$ref":"#/definitions/percent"},"maskAP75":{"$ref":"#/definitions/percent"}},"additionalProperties":false}},"curves":{"type":"array","items":{"type":"object","required":["iou","category","precision"],"properties":{"iou":{"enum":["0.50","0.75","0.50:0.95"]},"category":{"oneOf":[{"$ref":"#/definitions/name"},{"type":"null"}]},"precision":{"type":"array","items":{"$ref":"#/definitions/percent"},"minItems":101,"maxItems":101},"of":{"const":"masks"}},"additionalProperties":false}},"samples":{"type":"array","items":{"type":"object","required":["file","width","height","picture","objects","detections"],"properties":{"file":{"$ref":"#/definitions/name"},"width":{"$ref":"#/definitions/side"},"height":{"$ref":"#/definitions/side"},"picture":{"$ref":"#/definitions/picture"},"objects":{"type":"array","items":{"type":"object","required":["box","category","crowd"],"properties":{"box":{"$ref":"#/definitions/box"},"category":{"$ref":"#/definitions/count"},"crowd":{"type":"boolean"}},"additionalProperties":false}},"detections":{"type":"array","items":{"type":"object","required":["box","category","score"],"properties":{"box":{"$ref":"#/definitions/box"},"category":{"$ref":"#/definitions/count"},"score":{"type":"number","minimum":0,"maximum":1}},"additionalProperties":false}},"masks":{"type":"object","required":["truth","detections"],"properties":{"truth":{"$ref":"#/definitions/labels"},"detections":{"$ref":"#/definitions/labels"}},"additionalProperties":false}},"additionalProperties":false}}},"additionalProperties":false};
const schema13 = {"type":"string","minLength":1};
const schema15 = {"type":"integer","minimum":0};
const schema18 = {"type":["number","null"],"minimum":0,"maximum":100};
const schema30 = {"type":"integer","minimum":1,"maximum":640};
const schema32 = {"type":"object","required":["mediaType","base64"],"properties":{"mediaType":{"enum":["image/png","image/jpeg"]},"base64":{"type":"string","minLength":1}},"additionalProperties":false};
const schema33 = {"type":"array","minItems":4,"maxItems":4,"items":{"type":"number"}};
const func2 = Object.prototype.hasOwnProperty;
const schema17 = {"type":"object","additionalProperties":{"$ref":"#/definitions/percent"}};

function validate12(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
let data0 = data[key0];
const _errs2 = errors;
const _errs3 = errors;
if((!((typeof data0 == "number") && (isFinite(data0)))) && (data0 !== null)){
validate12.errors = [{instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/percent/type",keyword:"type",params:{type: schema18.type},message:"must be number,null",schema:schema18.type,parentSchema:schema18,data:data0}];
return false;
}
if(errors === _errs3){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 100 || isNaN(data0)){
validate12.errors = [{instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/percent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema18,data:data0}];
return false;
}
else {
if(data0 < 0 || isNaN(data0)){
validate12.errors = [{instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/definitions/percent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema18,data:data0}];
return false;
}
}
}
}
var valid0 = _errs2 === errors;
if(!valid0){
break;
}
}
}
else {
validate12.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema17.type,parentSchema:schema17,data}];
return false;
}
}
validate12.errors = vErrors;
return errors === 0;
}

const schema37 = {"type":"array","items":{"$ref":"#/definitions/count"},"minItems":2,"description":"Runs in row order: label, length, label, length, ...; 255 is no class."};

function validate14(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(Array.isArray(data)){
if(data.length < 2){
validate14.errors = [{instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 2},message:"must NOT have fewer than 2 items",schema:2,parentSchema:schema37,data}];
return false;
}
else {
var valid0 = true;
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
let data0 = data[i0];
const _errs1 = errors;
const _errs2 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate14.errors = [{instancePath:instancePath+"/" + i0,schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema15.type,parentSchema:schema15,data:data0}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 < 0 || isNaN(data0)){
validate14.errors = [{instancePath:instancePath+"/" + i0,schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema15,data:data0}];
return false;
}
}
}
var valid0 = _errs1 === errors;
if(!valid0){
break;
}
}
}
}
else {
validate14.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema37.type,parentSchema:schema37,data}];
return false;
}
}
validate14.errors = vErrors;
return errors === 0;
}


function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.task === undefined) && (missing0 = "task"))) || ((data.dataset === undefined) && (missing0 = "dataset"))) || ((data.split === undefined) && (missing0 = "split"))) || ((data.epoch === undefined) && (missing0 = "epoch"))) || ((data.pictures === undefined) && (missing0 = "pictures"))) || ((data.iou === undefined) && (missing0 = "iou"))) || ((data.metrics === undefined) && (missing0 = "metrics"))) || ((data.categories === undefined) && (missing0 = "categories"))) || ((data.curves === undefined) && (missing0 = "curves"))) || ((data.samples === undefined) && (missing0 = "samples"))){
validate11.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema12.required,parentSchema:schema12,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func2.call(schema12.properties, key0))){
validate11.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema12,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate11.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema12.properties.schemaVersion,data:data0}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.task !== undefined){
let data1 = data.task;
const _errs3 = errors;
if("detection" !== data1){
validate11.errors = [{instancePath:instancePath+"/task",schemaPath:"#/properties/task/const",keyword:"const",params:{allowedValue: "detection"},message:"must be equal to constant",schema:"detection",parentSchema:schema12.properties.task,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.dataset !== undefined){
let data2 = data.dataset;
const _errs4 = errors;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data2 === "string"){
if(data2.length < 1){
validate11.errors = [{instancePath:instancePath+"/dataset",schemaPath:"#/definitions/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema13,data:data2}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/dataset",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data2}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.split !== undefined){
let data3 = data.split;
const _errs7 = errors;
const _errs8 = errors;
if(errors === _errs8){
if(typeof data3 === "string"){
if(data3.length < 1){
validate11.errors = [{instancePath:instancePath+"/split",schemaPath:"#/definitions/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema13,data:data3}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/split",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data3}];
return false;
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.epoch !== undefined){
let data4 = data.epoch;
const _errs10 = errors;
const _errs11 = errors;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
validate11.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema15.type,parentSchema:schema15,data:data4}];
return false;
}
if(errors === _errs11){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 < 0 || isNaN(data4)){
validate11.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema15,data:data4}];
return false;
}
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.pictures !== undefined){
let data5 = data.pictures;
const _errs13 = errors;
const _errs14 = errors;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
validate11.errors = [{instancePath:instancePath+"/pictures",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema15.type,parentSchema:schema15,data:data5}];
return false;
}
if(errors === _errs14){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 < 0 || isNaN(data5)){
validate11.errors = [{instancePath:instancePath+"/pictures",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema15,data:data5}];
return false;
}
}
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.iou !== undefined){
let data6 = data.iou;
const _errs16 = errors;
if(!((data6 === "bbox") || (data6 === "segm"))){
validate11.errors = [{instancePath:instancePath+"/iou",schemaPath:"#/properties/iou/enum",keyword:"enum",params:{allowedValues: schema12.properties.iou.enum},message:"must be equal to one of the allowed values",schema:schema12.properties.iou.enum,parentSchema:schema12.properties.iou,data:data6}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.metrics !== undefined){
const _errs17 = errors;
if(!(validate12(data.metrics, {instancePath:instancePath+"/metrics",parentData:data,parentDataProperty:"metrics",rootData}))){
vErrors = vErrors === null ? validate12.errors : vErrors.concat(validate12.errors);
errors = vErrors.length;
}
var valid0 = _errs17 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.categories !== undefined){
let data8 = data.categories;
const _errs18 = errors;
if(errors === _errs18){
if(Array.isArray(data8)){
var valid5 = true;
const len0 = data8.length;
for(let i0=0; i0<len0; i0++){
let data9 = data8[i0];
const _errs20 = errors;
if(errors === _errs20){
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
let missing1;
if((((((data9.name === undefined) && (missing1 = "name")) || ((data9.objects === undefined) && (missing1 = "objects"))) || ((data9.AP === undefined) && (missing1 = "AP"))) || ((data9.AP50 === undefined) && (missing1 = "AP50"))) || ((data9.AP75 === undefined) && (missing1 = "AP75"))){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0,schemaPath:"#/properties/categories/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema12.properties.categories.items.required,parentSchema:schema12.properties.categories.items,data:data9}];
return false;
}
else {
const _errs22 = errors;
for(const key1 in data9){
if(!((((((((key1 === "name") || (key1 === "objects")) || (key1 === "AP")) || (key1 === "AP50")) || (key1 === "AP75")) || (key1 === "maskAP")) || (key1 === "maskAP50")) || (key1 === "maskAP75"))){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0,schemaPath:"#/properties/categories/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema12.properties.categories.items,data:data9}];
return false;
break;
}
}
if(_errs22 === errors){
if(data9.name !== undefined){
let data10 = data9.name;
const _errs23 = errors;
const _errs24 = errors;
if(errors === _errs24){
if(typeof data10 === "string"){
if(data10.length < 1){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/name",schemaPath:"#/definitions/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema13,data:data10}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/name",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data10}];
return false;
}
}
var valid6 = _errs23 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data9.objects !== undefined){
let data11 = data9.objects;
const _errs26 = errors;
const _errs27 = errors;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/objects",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema15.type,parentSchema:schema15,data:data11}];
return false;
}
if(errors === _errs27){
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 < 0 || isNaN(data11)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/objects",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema15,data:data11}];
return false;
}
}
}
var valid6 = _errs26 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data9.AP !== undefined){
let data12 = data9.AP;
const _errs29 = errors;
const _errs30 = errors;
if((!((typeof data12 == "number") && (isFinite(data12)))) && (data12 !== null)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/AP",schemaPath:"#/definitions/percent/type",keyword:"type",params:{type: schema18.type},message:"must be number,null",schema:schema18.type,parentSchema:schema18,data:data12}];
return false;
}
if(errors === _errs30){
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 100 || isNaN(data12)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/AP",schemaPath:"#/definitions/percent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema18,data:data12}];
return false;
}
else {
if(data12 < 0 || isNaN(data12)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/AP",schemaPath:"#/definitions/percent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema18,data:data12}];
return false;
}
}
}
}
var valid6 = _errs29 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data9.AP50 !== undefined){
let data13 = data9.AP50;
const _errs32 = errors;
const _errs33 = errors;
if((!((typeof data13 == "number") && (isFinite(data13)))) && (data13 !== null)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/AP50",schemaPath:"#/definitions/percent/type",keyword:"type",params:{type: schema18.type},message:"must be number,null",schema:schema18.type,parentSchema:schema18,data:data13}];
return false;
}
if(errors === _errs33){
if((typeof data13 == "number") && (isFinite(data13))){
if(data13 > 100 || isNaN(data13)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/AP50",schemaPath:"#/definitions/percent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema18,data:data13}];
return false;
}
else {
if(data13 < 0 || isNaN(data13)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/AP50",schemaPath:"#/definitions/percent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema18,data:data13}];
return false;
}
}
}
}
var valid6 = _errs32 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data9.AP75 !== undefined){
let data14 = data9.AP75;
const _errs35 = errors;
const _errs36 = errors;
if((!((typeof data14 == "number") && (isFinite(data14)))) && (data14 !== null)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/AP75",schemaPath:"#/definitions/percent/type",keyword:"type",params:{type: schema18.type},message:"must be number,null",schema:schema18.type,parentSchema:schema18,data:data14}];
return false;
}
if(errors === _errs36){
if((typeof data14 == "number") && (isFinite(data14))){
if(data14 > 100 || isNaN(data14)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/AP75",schemaPath:"#/definitions/percent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema18,data:data14}];
return false;
}
else {
if(data14 < 0 || isNaN(data14)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/AP75",schemaPath:"#/definitions/percent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema18,data:data14}];
return false;
}
}
}
}
var valid6 = _errs35 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data9.maskAP !== undefined){
let data15 = data9.maskAP;
const _errs38 = errors;
const _errs39 = errors;
if((!((typeof data15 == "number") && (isFinite(data15)))) && (data15 !== null)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/maskAP",schemaPath:"#/definitions/percent/type",keyword:"type",params:{type: schema18.type},message:"must be number,null",schema:schema18.type,parentSchema:schema18,data:data15}];
return false;
}
if(errors === _errs39){
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 > 100 || isNaN(data15)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/maskAP",schemaPath:"#/definitions/percent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema18,data:data15}];
return false;
}
else {
if(data15 < 0 || isNaN(data15)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/maskAP",schemaPath:"#/definitions/percent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema18,data:data15}];
return false;
}
}
}
}
var valid6 = _errs38 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data9.maskAP50 !== undefined){
let data16 = data9.maskAP50;
const _errs41 = errors;
const _errs42 = errors;
if((!((typeof data16 == "number") && (isFinite(data16)))) && (data16 !== null)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/maskAP50",schemaPath:"#/definitions/percent/type",keyword:"type",params:{type: schema18.type},message:"must be number,null",schema:schema18.type,parentSchema:schema18,data:data16}];
return false;
}
if(errors === _errs42){
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 100 || isNaN(data16)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/maskAP50",schemaPath:"#/definitions/percent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema18,data:data16}];
return false;
}
else {
if(data16 < 0 || isNaN(data16)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/maskAP50",schemaPath:"#/definitions/percent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema18,data:data16}];
return false;
}
}
}
}
var valid6 = _errs41 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data9.maskAP75 !== undefined){
let data17 = data9.maskAP75;
const _errs44 = errors;
const _errs45 = errors;
if((!((typeof data17 == "number") && (isFinite(data17)))) && (data17 !== null)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/maskAP75",schemaPath:"#/definitions/percent/type",keyword:"type",params:{type: schema18.type},message:"must be number,null",schema:schema18.type,parentSchema:schema18,data:data17}];
return false;
}
if(errors === _errs45){
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 > 100 || isNaN(data17)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/maskAP75",schemaPath:"#/definitions/percent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema18,data:data17}];
return false;
}
else {
if(data17 < 0 || isNaN(data17)){
validate11.errors = [{instancePath:instancePath+"/categories/" + i0+"/maskAP75",schemaPath:"#/definitions/percent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema18,data:data17}];
return false;
}
}
}
}
var valid6 = _errs44 === errors;
}
else {
var valid6 = true;
}
}
}
}
}
}
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/categories/" + i0,schemaPath:"#/properties/categories/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.properties.categories.items.type,parentSchema:schema12.properties.categories.items,data:data9}];
return false;
}
}
var valid5 = _errs20 === errors;
if(!valid5){
break;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/categories",schemaPath:"#/properties/categories/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.categories.type,parentSchema:schema12.properties.categories,data:data8}];
return false;
}
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.curves !== undefined){
let data18 = data.curves;
const _errs47 = errors;
if(errors === _errs47){
if(Array.isArray(data18)){
var valid15 = true;
const len1 = data18.length;
for(let i1=0; i1<len1; i1++){
let data19 = data18[i1];
const _errs49 = errors;
if(errors === _errs49){
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
let missing2;
if((((data19.iou === undefined) && (missing2 = "iou")) || ((data19.category === undefined) && (missing2 = "category"))) || ((data19.precision === undefined) && (missing2 = "precision"))){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1,schemaPath:"#/properties/curves/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema12.properties.curves.items.required,parentSchema:schema12.properties.curves.items,data:data19}];
return false;
}
else {
const _errs51 = errors;
for(const key2 in data19){
if(!((((key2 === "iou") || (key2 === "category")) || (key2 === "precision")) || (key2 === "of"))){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1,schemaPath:"#/properties/curves/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema12.properties.curves.items,data:data19}];
return false;
break;
}
}
if(_errs51 === errors){
if(data19.iou !== undefined){
let data20 = data19.iou;
const _errs52 = errors;
if(!(((data20 === "0.50") || (data20 === "0.75")) || (data20 === "0.50:0.95"))){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1+"/iou",schemaPath:"#/properties/curves/items/properties/iou/enum",keyword:"enum",params:{allowedValues: schema12.properties.curves.items.properties.iou.enum},message:"must be equal to one of the allowed values",schema:schema12.properties.curves.items.properties.iou.enum,parentSchema:schema12.properties.curves.items.properties.iou,data:data20}];
return false;
}
var valid16 = _errs52 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data19.category !== undefined){
let data21 = data19.category;
const _errs53 = errors;
const _errs54 = errors;
let valid17 = false;
let passing0 = null;
const _errs55 = errors;
const _errs56 = errors;
if(errors === _errs56){
if(typeof data21 === "string"){
if(data21.length < 1){
const err0 = {instancePath:instancePath+"/curves/" + i1+"/category",schemaPath:"#/definitions/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema13,data:data21};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath:instancePath+"/curves/" + i1+"/category",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data21};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs55 === errors;
if(_valid0){
valid17 = true;
passing0 = 0;
}
const _errs58 = errors;
if(data21 !== null){
const err2 = {instancePath:instancePath+"/curves/" + i1+"/category",schemaPath:"#/properties/curves/items/properties/category/oneOf/1/type",keyword:"type",params:{type: "null"},message:"must be null",schema:schema12.properties.curves.items.properties.category.oneOf[1].type,parentSchema:schema12.properties.curves.items.properties.category.oneOf[1],data:data21};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
var _valid0 = _errs58 === errors;
if(_valid0 && valid17){
valid17 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid17 = true;
passing0 = 1;
}
}
if(!valid17){
const err3 = {instancePath:instancePath+"/curves/" + i1+"/category",schemaPath:"#/properties/curves/items/properties/category/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema12.properties.curves.items.properties.category.oneOf,parentSchema:schema12.properties.curves.items.properties.category,data:data21};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
validate11.errors = vErrors;
return false;
}
else {
errors = _errs54;
if(vErrors !== null){
if(_errs54){
vErrors.length = _errs54;
}
else {
vErrors = null;
}
}
}
var valid16 = _errs53 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data19.precision !== undefined){
let data22 = data19.precision;
const _errs60 = errors;
if(errors === _errs60){
if(Array.isArray(data22)){
if(data22.length > 101){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1+"/precision",schemaPath:"#/properties/curves/items/properties/precision/maxItems",keyword:"maxItems",params:{limit: 101},message:"must NOT have more than 101 items",schema:101,parentSchema:schema12.properties.curves.items.properties.precision,data:data22}];
return false;
}
else {
if(data22.length < 101){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1+"/precision",schemaPath:"#/properties/curves/items/properties/precision/minItems",keyword:"minItems",params:{limit: 101},message:"must NOT have fewer than 101 items",schema:101,parentSchema:schema12.properties.curves.items.properties.precision,data:data22}];
return false;
}
else {
var valid19 = true;
const len2 = data22.length;
for(let i2=0; i2<len2; i2++){
let data23 = data22[i2];
const _errs62 = errors;
const _errs63 = errors;
if((!((typeof data23 == "number") && (isFinite(data23)))) && (data23 !== null)){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1+"/precision/" + i2,schemaPath:"#/definitions/percent/type",keyword:"type",params:{type: schema18.type},message:"must be number,null",schema:schema18.type,parentSchema:schema18,data:data23}];
return false;
}
if(errors === _errs63){
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 > 100 || isNaN(data23)){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1+"/precision/" + i2,schemaPath:"#/definitions/percent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema18,data:data23}];
return false;
}
else {
if(data23 < 0 || isNaN(data23)){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1+"/precision/" + i2,schemaPath:"#/definitions/percent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema18,data:data23}];
return false;
}
}
}
}
var valid19 = _errs62 === errors;
if(!valid19){
break;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/curves/" + i1+"/precision",schemaPath:"#/properties/curves/items/properties/precision/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.curves.items.properties.precision.type,parentSchema:schema12.properties.curves.items.properties.precision,data:data22}];
return false;
}
}
var valid16 = _errs60 === errors;
}
else {
var valid16 = true;
}
if(valid16){
if(data19.of !== undefined){
let data24 = data19.of;
const _errs65 = errors;
if("masks" !== data24){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1+"/of",schemaPath:"#/properties/curves/items/properties/of/const",keyword:"const",params:{allowedValue: "masks"},message:"must be equal to constant",schema:"masks",parentSchema:schema12.properties.curves.items.properties.of,data:data24}];
return false;
}
var valid16 = _errs65 === errors;
}
else {
var valid16 = true;
}
}
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/curves/" + i1,schemaPath:"#/properties/curves/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.properties.curves.items.type,parentSchema:schema12.properties.curves.items,data:data19}];
return false;
}
}
var valid15 = _errs49 === errors;
if(!valid15){
break;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/curves",schemaPath:"#/properties/curves/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.curves.type,parentSchema:schema12.properties.curves,data:data18}];
return false;
}
}
var valid0 = _errs47 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.samples !== undefined){
let data25 = data.samples;
const _errs66 = errors;
if(errors === _errs66){
if(Array.isArray(data25)){
var valid21 = true;
const len3 = data25.length;
for(let i3=0; i3<len3; i3++){
let data26 = data25[i3];
const _errs68 = errors;
if(errors === _errs68){
if(data26 && typeof data26 == "object" && !Array.isArray(data26)){
let missing3;
if(((((((data26.file === undefined) && (missing3 = "file")) || ((data26.width === undefined) && (missing3 = "width"))) || ((data26.height === undefined) && (missing3 = "height"))) || ((data26.picture === undefined) && (missing3 = "picture"))) || ((data26.objects === undefined) && (missing3 = "objects"))) || ((data26.detections === undefined) && (missing3 = "detections"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3,schemaPath:"#/properties/samples/items/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'",schema:schema12.properties.samples.items.required,parentSchema:schema12.properties.samples.items,data:data26}];
return false;
}
else {
const _errs70 = errors;
for(const key3 in data26){
if(!(((((((key3 === "file") || (key3 === "width")) || (key3 === "height")) || (key3 === "picture")) || (key3 === "objects")) || (key3 === "detections")) || (key3 === "masks"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3,schemaPath:"#/properties/samples/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema12.properties.samples.items,data:data26}];
return false;
break;
}
}
if(_errs70 === errors){
if(data26.file !== undefined){
let data27 = data26.file;
const _errs71 = errors;
const _errs72 = errors;
if(errors === _errs72){
if(typeof data27 === "string"){
if(data27.length < 1){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/file",schemaPath:"#/definitions/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema13,data:data27}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/file",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data27}];
return false;
}
}
var valid22 = _errs71 === errors;
}
else {
var valid22 = true;
}
if(valid22){
if(data26.width !== undefined){
let data28 = data26.width;
const _errs74 = errors;
const _errs75 = errors;
if(!(((typeof data28 == "number") && (!(data28 % 1) && !isNaN(data28))) && (isFinite(data28)))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/width",schemaPath:"#/definitions/side/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema30.type,parentSchema:schema30,data:data28}];
return false;
}
if(errors === _errs75){
if((typeof data28 == "number") && (isFinite(data28))){
if(data28 > 640 || isNaN(data28)){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/width",schemaPath:"#/definitions/side/maximum",keyword:"maximum",params:{comparison: "<=", limit: 640},message:"must be <= 640",schema:640,parentSchema:schema30,data:data28}];
return false;
}
else {
if(data28 < 1 || isNaN(data28)){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/width",schemaPath:"#/definitions/side/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema30,data:data28}];
return false;
}
}
}
}
var valid22 = _errs74 === errors;
}
else {
var valid22 = true;
}
if(valid22){
if(data26.height !== undefined){
let data29 = data26.height;
const _errs77 = errors;
const _errs78 = errors;
if(!(((typeof data29 == "number") && (!(data29 % 1) && !isNaN(data29))) && (isFinite(data29)))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/height",schemaPath:"#/definitions/side/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema30.type,parentSchema:schema30,data:data29}];
return false;
}
if(errors === _errs78){
if((typeof data29 == "number") && (isFinite(data29))){
if(data29 > 640 || isNaN(data29)){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/height",schemaPath:"#/definitions/side/maximum",keyword:"maximum",params:{comparison: "<=", limit: 640},message:"must be <= 640",schema:640,parentSchema:schema30,data:data29}];
return false;
}
else {
if(data29 < 1 || isNaN(data29)){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/height",schemaPath:"#/definitions/side/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema30,data:data29}];
return false;
}
}
}
}
var valid22 = _errs77 === errors;
}
else {
var valid22 = true;
}
if(valid22){
if(data26.picture !== undefined){
let data30 = data26.picture;
const _errs80 = errors;
const _errs81 = errors;
if(errors === _errs81){
if(data30 && typeof data30 == "object" && !Array.isArray(data30)){
let missing4;
if(((data30.mediaType === undefined) && (missing4 = "mediaType")) || ((data30.base64 === undefined) && (missing4 = "base64"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/picture",schemaPath:"#/definitions/picture/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'",schema:schema32.required,parentSchema:schema32,data:data30}];
return false;
}
else {
const _errs83 = errors;
for(const key4 in data30){
if(!((key4 === "mediaType") || (key4 === "base64"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/picture",schemaPath:"#/definitions/picture/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema32,data:data30}];
return false;
break;
}
}
if(_errs83 === errors){
if(data30.mediaType !== undefined){
let data31 = data30.mediaType;
const _errs84 = errors;
if(!((data31 === "image/png") || (data31 === "image/jpeg"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/picture/mediaType",schemaPath:"#/definitions/picture/properties/mediaType/enum",keyword:"enum",params:{allowedValues: schema32.properties.mediaType.enum},message:"must be equal to one of the allowed values",schema:schema32.properties.mediaType.enum,parentSchema:schema32.properties.mediaType,data:data31}];
return false;
}
var valid27 = _errs84 === errors;
}
else {
var valid27 = true;
}
if(valid27){
if(data30.base64 !== undefined){
let data32 = data30.base64;
const _errs85 = errors;
if(errors === _errs85){
if(typeof data32 === "string"){
if(data32.length < 1){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/picture/base64",schemaPath:"#/definitions/picture/properties/base64/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema32.properties.base64,data:data32}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/picture/base64",schemaPath:"#/definitions/picture/properties/base64/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.properties.base64.type,parentSchema:schema32.properties.base64,data:data32}];
return false;
}
}
var valid27 = _errs85 === errors;
}
else {
var valid27 = true;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/picture",schemaPath:"#/definitions/picture/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema32.type,parentSchema:schema32,data:data30}];
return false;
}
}
var valid22 = _errs80 === errors;
}
else {
var valid22 = true;
}
if(valid22){
if(data26.objects !== undefined){
let data33 = data26.objects;
const _errs87 = errors;
if(errors === _errs87){
if(Array.isArray(data33)){
var valid28 = true;
const len4 = data33.length;
for(let i4=0; i4<len4; i4++){
let data34 = data33[i4];
const _errs89 = errors;
if(errors === _errs89){
if(data34 && typeof data34 == "object" && !Array.isArray(data34)){
let missing5;
if((((data34.box === undefined) && (missing5 = "box")) || ((data34.category === undefined) && (missing5 = "category"))) || ((data34.crowd === undefined) && (missing5 = "crowd"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4,schemaPath:"#/properties/samples/items/properties/objects/items/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'",schema:schema12.properties.samples.items.properties.objects.items.required,parentSchema:schema12.properties.samples.items.properties.objects.items,data:data34}];
return false;
}
else {
const _errs91 = errors;
for(const key5 in data34){
if(!(((key5 === "box") || (key5 === "category")) || (key5 === "crowd"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4,schemaPath:"#/properties/samples/items/properties/objects/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema12.properties.samples.items.properties.objects.items,data:data34}];
return false;
break;
}
}
if(_errs91 === errors){
if(data34.box !== undefined){
let data35 = data34.box;
const _errs92 = errors;
const _errs93 = errors;
if(errors === _errs93){
if(Array.isArray(data35)){
if(data35.length > 4){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4+"/box",schemaPath:"#/definitions/box/maxItems",keyword:"maxItems",params:{limit: 4},message:"must NOT have more than 4 items",schema:4,parentSchema:schema33,data:data35}];
return false;
}
else {
if(data35.length < 4){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4+"/box",schemaPath:"#/definitions/box/minItems",keyword:"minItems",params:{limit: 4},message:"must NOT have fewer than 4 items",schema:4,parentSchema:schema33,data:data35}];
return false;
}
else {
var valid31 = true;
const len5 = data35.length;
for(let i5=0; i5<len5; i5++){
let data36 = data35[i5];
const _errs95 = errors;
if(!((typeof data36 == "number") && (isFinite(data36)))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4+"/box/" + i5,schemaPath:"#/definitions/box/items/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema33.items.type,parentSchema:schema33.items,data:data36}];
return false;
}
var valid31 = _errs95 === errors;
if(!valid31){
break;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4+"/box",schemaPath:"#/definitions/box/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema33.type,parentSchema:schema33,data:data35}];
return false;
}
}
var valid29 = _errs92 === errors;
}
else {
var valid29 = true;
}
if(valid29){
if(data34.category !== undefined){
let data37 = data34.category;
const _errs97 = errors;
const _errs98 = errors;
if(!(((typeof data37 == "number") && (!(data37 % 1) && !isNaN(data37))) && (isFinite(data37)))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4+"/category",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema15.type,parentSchema:schema15,data:data37}];
return false;
}
if(errors === _errs98){
if((typeof data37 == "number") && (isFinite(data37))){
if(data37 < 0 || isNaN(data37)){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4+"/category",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema15,data:data37}];
return false;
}
}
}
var valid29 = _errs97 === errors;
}
else {
var valid29 = true;
}
if(valid29){
if(data34.crowd !== undefined){
let data38 = data34.crowd;
const _errs100 = errors;
if(typeof data38 !== "boolean"){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4+"/crowd",schemaPath:"#/properties/samples/items/properties/objects/items/properties/crowd/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema12.properties.samples.items.properties.objects.items.properties.crowd.type,parentSchema:schema12.properties.samples.items.properties.objects.items.properties.crowd,data:data38}];
return false;
}
var valid29 = _errs100 === errors;
}
else {
var valid29 = true;
}
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4,schemaPath:"#/properties/samples/items/properties/objects/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.properties.samples.items.properties.objects.items.type,parentSchema:schema12.properties.samples.items.properties.objects.items,data:data34}];
return false;
}
}
var valid28 = _errs89 === errors;
if(!valid28){
break;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects",schemaPath:"#/properties/samples/items/properties/objects/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.samples.items.properties.objects.type,parentSchema:schema12.properties.samples.items.properties.objects,data:data33}];
return false;
}
}
var valid22 = _errs87 === errors;
}
else {
var valid22 = true;
}
if(valid22){
if(data26.detections !== undefined){
let data39 = data26.detections;
const _errs102 = errors;
if(errors === _errs102){
if(Array.isArray(data39)){
var valid33 = true;
const len6 = data39.length;
for(let i6=0; i6<len6; i6++){
let data40 = data39[i6];
const _errs104 = errors;
if(errors === _errs104){
if(data40 && typeof data40 == "object" && !Array.isArray(data40)){
let missing6;
if((((data40.box === undefined) && (missing6 = "box")) || ((data40.category === undefined) && (missing6 = "category"))) || ((data40.score === undefined) && (missing6 = "score"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6,schemaPath:"#/properties/samples/items/properties/detections/items/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'",schema:schema12.properties.samples.items.properties.detections.items.required,parentSchema:schema12.properties.samples.items.properties.detections.items,data:data40}];
return false;
}
else {
const _errs106 = errors;
for(const key6 in data40){
if(!(((key6 === "box") || (key6 === "category")) || (key6 === "score"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6,schemaPath:"#/properties/samples/items/properties/detections/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema12.properties.samples.items.properties.detections.items,data:data40}];
return false;
break;
}
}
if(_errs106 === errors){
if(data40.box !== undefined){
let data41 = data40.box;
const _errs107 = errors;
const _errs108 = errors;
if(errors === _errs108){
if(Array.isArray(data41)){
if(data41.length > 4){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/box",schemaPath:"#/definitions/box/maxItems",keyword:"maxItems",params:{limit: 4},message:"must NOT have more than 4 items",schema:4,parentSchema:schema33,data:data41}];
return false;
}
else {
if(data41.length < 4){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/box",schemaPath:"#/definitions/box/minItems",keyword:"minItems",params:{limit: 4},message:"must NOT have fewer than 4 items",schema:4,parentSchema:schema33,data:data41}];
return false;
}
else {
var valid36 = true;
const len7 = data41.length;
for(let i7=0; i7<len7; i7++){
let data42 = data41[i7];
const _errs110 = errors;
if(!((typeof data42 == "number") && (isFinite(data42)))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/box/" + i7,schemaPath:"#/definitions/box/items/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema33.items.type,parentSchema:schema33.items,data:data42}];
return false;
}
var valid36 = _errs110 === errors;
if(!valid36){
break;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/box",schemaPath:"#/definitions/box/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema33.type,parentSchema:schema33,data:data41}];
return false;
}
}
var valid34 = _errs107 === errors;
}
else {
var valid34 = true;
}
if(valid34){
if(data40.category !== undefined){
let data43 = data40.category;
const _errs112 = errors;
const _errs113 = errors;
if(!(((typeof data43 == "number") && (!(data43 % 1) && !isNaN(data43))) && (isFinite(data43)))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/category",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema15.type,parentSchema:schema15,data:data43}];
return false;
}
if(errors === _errs113){
if((typeof data43 == "number") && (isFinite(data43))){
if(data43 < 0 || isNaN(data43)){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/category",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema15,data:data43}];
return false;
}
}
}
var valid34 = _errs112 === errors;
}
else {
var valid34 = true;
}
if(valid34){
if(data40.score !== undefined){
let data44 = data40.score;
const _errs115 = errors;
if(errors === _errs115){
if((typeof data44 == "number") && (isFinite(data44))){
if(data44 > 1 || isNaN(data44)){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/score",schemaPath:"#/properties/samples/items/properties/detections/items/properties/score/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1",schema:1,parentSchema:schema12.properties.samples.items.properties.detections.items.properties.score,data:data44}];
return false;
}
else {
if(data44 < 0 || isNaN(data44)){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/score",schemaPath:"#/properties/samples/items/properties/detections/items/properties/score/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema12.properties.samples.items.properties.detections.items.properties.score,data:data44}];
return false;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/score",schemaPath:"#/properties/samples/items/properties/detections/items/properties/score/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema12.properties.samples.items.properties.detections.items.properties.score.type,parentSchema:schema12.properties.samples.items.properties.detections.items.properties.score,data:data44}];
return false;
}
}
var valid34 = _errs115 === errors;
}
else {
var valid34 = true;
}
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6,schemaPath:"#/properties/samples/items/properties/detections/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.properties.samples.items.properties.detections.items.type,parentSchema:schema12.properties.samples.items.properties.detections.items,data:data40}];
return false;
}
}
var valid33 = _errs104 === errors;
if(!valid33){
break;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections",schemaPath:"#/properties/samples/items/properties/detections/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.samples.items.properties.detections.type,parentSchema:schema12.properties.samples.items.properties.detections,data:data39}];
return false;
}
}
var valid22 = _errs102 === errors;
}
else {
var valid22 = true;
}
if(valid22){
if(data26.masks !== undefined){
let data45 = data26.masks;
const _errs117 = errors;
if(errors === _errs117){
if(data45 && typeof data45 == "object" && !Array.isArray(data45)){
let missing7;
if(((data45.truth === undefined) && (missing7 = "truth")) || ((data45.detections === undefined) && (missing7 = "detections"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/masks",schemaPath:"#/properties/samples/items/properties/masks/required",keyword:"required",params:{missingProperty: missing7},message:"must have required property '"+missing7+"'",schema:schema12.properties.samples.items.properties.masks.required,parentSchema:schema12.properties.samples.items.properties.masks,data:data45}];
return false;
}
else {
const _errs119 = errors;
for(const key7 in data45){
if(!((key7 === "truth") || (key7 === "detections"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/masks",schemaPath:"#/properties/samples/items/properties/masks/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},message:"must NOT have additional properties",schema:false,parentSchema:schema12.properties.samples.items.properties.masks,data:data45}];
return false;
break;
}
}
if(_errs119 === errors){
if(data45.truth !== undefined){
const _errs120 = errors;
if(!(validate14(data45.truth, {instancePath:instancePath+"/samples/" + i3+"/masks/truth",parentData:data45,parentDataProperty:"truth",rootData}))){
vErrors = vErrors === null ? validate14.errors : vErrors.concat(validate14.errors);
errors = vErrors.length;
}
var valid38 = _errs120 === errors;
}
else {
var valid38 = true;
}
if(valid38){
if(data45.detections !== undefined){
const _errs121 = errors;
if(!(validate14(data45.detections, {instancePath:instancePath+"/samples/" + i3+"/masks/detections",parentData:data45,parentDataProperty:"detections",rootData}))){
vErrors = vErrors === null ? validate14.errors : vErrors.concat(validate14.errors);
errors = vErrors.length;
}
var valid38 = _errs121 === errors;
}
else {
var valid38 = true;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/masks",schemaPath:"#/properties/samples/items/properties/masks/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.properties.samples.items.properties.masks.type,parentSchema:schema12.properties.samples.items.properties.masks,data:data45}];
return false;
}
}
var valid22 = _errs117 === errors;
}
else {
var valid22 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3,schemaPath:"#/properties/samples/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.properties.samples.items.type,parentSchema:schema12.properties.samples.items,data:data26}];
return false;
}
}
var valid21 = _errs68 === errors;
if(!valid21){
break;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples",schemaPath:"#/properties/samples/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.samples.type,parentSchema:schema12.properties.samples,data:data25}];
return false;
}
}
var valid0 = _errs66 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate11.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.type,parentSchema:schema12,data}];
return false;
}
}
validate11.errors = vErrors;
return errors === 0;
}

const schema39 = {"type":"object","required":["schemaVersion","task","dataset","split","epoch","pictures","metrics","classes","samples"],"properties":{"schemaVersion":{"const":1},"task":{"const":"segmentation"},"dataset":{"$ref":"#/definitions/name"},"split":{"$ref":"#/definitions/name"},"epoch":{"$ref":"#/definitions/count"},"pictures":{"$ref":"#/definitions/count"},"metrics":{"$ref":"#/definitions/metrics"},"classes":{"type":"array","items":{"type":"object","required":["name","pixels","IoU","accuracy"],"properties":{"name":{"$ref":"#/definitions/name"},"pixels":{"$ref":"#/definitions/count"},"IoU":{"$ref":"#/definitions/percent"},"accuracy":{"$ref":"#/definitions/percent"}},"additionalProperties":false}},"samples":{"type":"array","items":{"type":"object","required":["file","width","height","picture","truth","prediction"],"properties":{"file":{"$ref":"#/definitions/name"},"width":{"$ref":"#/definitions/side"},"height":{"$ref":"#/definitions/side"},"picture":{"$ref":"#/definitions/picture"},"truth":{"$ref":"#/definitions/labels"},"prediction":{"$ref":"#/definitions/labels"}},"additionalProperties":false}}},"additionalProperties":false};

function validate18(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.task === undefined) && (missing0 = "task"))) || ((data.dataset === undefined) && (missing0 = "dataset"))) || ((data.split === undefined) && (missing0 = "split"))) || ((data.epoch === undefined) && (missing0 = "epoch"))) || ((data.pictures === undefined) && (missing0 = "pictures"))) || ((data.metrics === undefined) && (missing0 = "metrics"))) || ((data.classes === undefined) && (missing0 = "classes"))) || ((data.samples === undefined) && (missing0 = "samples"))){
validate18.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema39.required,parentSchema:schema39,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func2.call(schema39.properties, key0))){
validate18.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema39,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate18.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema39.properties.schemaVersion,data:data0}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.task !== undefined){
let data1 = data.task;
const _errs3 = errors;
if("segmentation" !== data1){
validate18.errors = [{instancePath:instancePath+"/task",schemaPath:"#/properties/task/const",keyword:"const",params:{allowedValue: "segmentation"},message:"must be equal to constant",schema:"segmentation",parentSchema:schema39.properties.task,data:data1}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.dataset !== undefined){
let data2 = data.dataset;
const _errs4 = errors;
const _errs5 = errors;
if(errors === _errs5){
if(typeof data2 === "string"){
if(data2.length < 1){
validate18.errors = [{instancePath:instancePath+"/dataset",schemaPath:"#/definitions/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema13,data:data2}];
return false;
}
}
else {
validate18.errors = [{instancePath:instancePath+"/dataset",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data2}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.split !== undefined){
let data3 = data.split;
const _errs7 = errors;
const _errs8 = errors;
if(errors === _errs8){
if(typeof data3 === "string"){
if(data3.length < 1){
validate18.errors = [{instancePath:instancePath+"/split",schemaPath:"#/definitions/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema13,data:data3}];
return false;
}
}
else {
validate18.errors = [{instancePath:instancePath+"/split",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data3}];
return false;
}
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.epoch !== undefined){
let data4 = data.epoch;
const _errs10 = errors;
const _errs11 = errors;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
validate18.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema15.type,parentSchema:schema15,data:data4}];
return false;
}
if(errors === _errs11){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 < 0 || isNaN(data4)){
validate18.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema15,data:data4}];
return false;
}
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.pictures !== undefined){
let data5 = data.pictures;
const _errs13 = errors;
const _errs14 = errors;
if(!(((typeof data5 == "number") && (!(data5 % 1) && !isNaN(data5))) && (isFinite(data5)))){
validate18.errors = [{instancePath:instancePath+"/pictures",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema15.type,parentSchema:schema15,data:data5}];
return false;
}
if(errors === _errs14){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 < 0 || isNaN(data5)){
validate18.errors = [{instancePath:instancePath+"/pictures",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema15,data:data5}];
return false;
}
}
}
var valid0 = _errs13 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.metrics !== undefined){
const _errs16 = errors;
if(!(validate12(data.metrics, {instancePath:instancePath+"/metrics",parentData:data,parentDataProperty:"metrics",rootData}))){
vErrors = vErrors === null ? validate12.errors : vErrors.concat(validate12.errors);
errors = vErrors.length;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.classes !== undefined){
let data7 = data.classes;
const _errs17 = errors;
if(errors === _errs17){
if(Array.isArray(data7)){
var valid5 = true;
const len0 = data7.length;
for(let i0=0; i0<len0; i0++){
let data8 = data7[i0];
const _errs19 = errors;
if(errors === _errs19){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing1;
if(((((data8.name === undefined) && (missing1 = "name")) || ((data8.pixels === undefined) && (missing1 = "pixels"))) || ((data8.IoU === undefined) && (missing1 = "IoU"))) || ((data8.accuracy === undefined) && (missing1 = "accuracy"))){
validate18.errors = [{instancePath:instancePath+"/classes/" + i0,schemaPath:"#/properties/classes/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema39.properties.classes.items.required,parentSchema:schema39.properties.classes.items,data:data8}];
return false;
}
else {
const _errs21 = errors;
for(const key1 in data8){
if(!((((key1 === "name") || (key1 === "pixels")) || (key1 === "IoU")) || (key1 === "accuracy"))){
validate18.errors = [{instancePath:instancePath+"/classes/" + i0,schemaPath:"#/properties/classes/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema39.properties.classes.items,data:data8}];
return false;
break;
}
}
if(_errs21 === errors){
if(data8.name !== undefined){
let data9 = data8.name;
const _errs22 = errors;
const _errs23 = errors;
if(errors === _errs23){
if(typeof data9 === "string"){
if(data9.length < 1){
validate18.errors = [{instancePath:instancePath+"/classes/" + i0+"/name",schemaPath:"#/definitions/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema13,data:data9}];
return false;
}
}
else {
validate18.errors = [{instancePath:instancePath+"/classes/" + i0+"/name",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data9}];
return false;
}
}
var valid6 = _errs22 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data8.pixels !== undefined){
let data10 = data8.pixels;
const _errs25 = errors;
const _errs26 = errors;
if(!(((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10))) && (isFinite(data10)))){
validate18.errors = [{instancePath:instancePath+"/classes/" + i0+"/pixels",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema15.type,parentSchema:schema15,data:data10}];
return false;
}
if(errors === _errs26){
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 < 0 || isNaN(data10)){
validate18.errors = [{instancePath:instancePath+"/classes/" + i0+"/pixels",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema15,data:data10}];
return false;
}
}
}
var valid6 = _errs25 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data8.IoU !== undefined){
let data11 = data8.IoU;
const _errs28 = errors;
const _errs29 = errors;
if((!((typeof data11 == "number") && (isFinite(data11)))) && (data11 !== null)){
validate18.errors = [{instancePath:instancePath+"/classes/" + i0+"/IoU",schemaPath:"#/definitions/percent/type",keyword:"type",params:{type: schema18.type},message:"must be number,null",schema:schema18.type,parentSchema:schema18,data:data11}];
return false;
}
if(errors === _errs29){
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 100 || isNaN(data11)){
validate18.errors = [{instancePath:instancePath+"/classes/" + i0+"/IoU",schemaPath:"#/definitions/percent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema18,data:data11}];
return false;
}
else {
if(data11 < 0 || isNaN(data11)){
validate18.errors = [{instancePath:instancePath+"/classes/" + i0+"/IoU",schemaPath:"#/definitions/percent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema18,data:data11}];
return false;
}
}
}
}
var valid6 = _errs28 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data8.accuracy !== undefined){
let data12 = data8.accuracy;
const _errs31 = errors;
const _errs32 = errors;
if((!((typeof data12 == "number") && (isFinite(data12)))) && (data12 !== null)){
validate18.errors = [{instancePath:instancePath+"/classes/" + i0+"/accuracy",schemaPath:"#/definitions/percent/type",keyword:"type",params:{type: schema18.type},message:"must be number,null",schema:schema18.type,parentSchema:schema18,data:data12}];
return false;
}
if(errors === _errs32){
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 100 || isNaN(data12)){
validate18.errors = [{instancePath:instancePath+"/classes/" + i0+"/accuracy",schemaPath:"#/definitions/percent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema18,data:data12}];
return false;
}
else {
if(data12 < 0 || isNaN(data12)){
validate18.errors = [{instancePath:instancePath+"/classes/" + i0+"/accuracy",schemaPath:"#/definitions/percent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema18,data:data12}];
return false;
}
}
}
}
var valid6 = _errs31 === errors;
}
else {
var valid6 = true;
}
}
}
}
}
}
}
else {
validate18.errors = [{instancePath:instancePath+"/classes/" + i0,schemaPath:"#/properties/classes/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema39.properties.classes.items.type,parentSchema:schema39.properties.classes.items,data:data8}];
return false;
}
}
var valid5 = _errs19 === errors;
if(!valid5){
break;
}
}
}
else {
validate18.errors = [{instancePath:instancePath+"/classes",schemaPath:"#/properties/classes/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema39.properties.classes.type,parentSchema:schema39.properties.classes,data:data7}];
return false;
}
}
var valid0 = _errs17 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.samples !== undefined){
let data13 = data.samples;
const _errs34 = errors;
if(errors === _errs34){
if(Array.isArray(data13)){
var valid11 = true;
const len1 = data13.length;
for(let i1=0; i1<len1; i1++){
let data14 = data13[i1];
const _errs36 = errors;
if(errors === _errs36){
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
let missing2;
if(((((((data14.file === undefined) && (missing2 = "file")) || ((data14.width === undefined) && (missing2 = "width"))) || ((data14.height === undefined) && (missing2 = "height"))) || ((data14.picture === undefined) && (missing2 = "picture"))) || ((data14.truth === undefined) && (missing2 = "truth"))) || ((data14.prediction === undefined) && (missing2 = "prediction"))){
validate18.errors = [{instancePath:instancePath+"/samples/" + i1,schemaPath:"#/properties/samples/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema39.properties.samples.items.required,parentSchema:schema39.properties.samples.items,data:data14}];
return false;
}
else {
const _errs38 = errors;
for(const key2 in data14){
if(!((((((key2 === "file") || (key2 === "width")) || (key2 === "height")) || (key2 === "picture")) || (key2 === "truth")) || (key2 === "prediction"))){
validate18.errors = [{instancePath:instancePath+"/samples/" + i1,schemaPath:"#/properties/samples/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema39.properties.samples.items,data:data14}];
return false;
break;
}
}
if(_errs38 === errors){
if(data14.file !== undefined){
let data15 = data14.file;
const _errs39 = errors;
const _errs40 = errors;
if(errors === _errs40){
if(typeof data15 === "string"){
if(data15.length < 1){
validate18.errors = [{instancePath:instancePath+"/samples/" + i1+"/file",schemaPath:"#/definitions/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema13,data:data15}];
return false;
}
}
else {
validate18.errors = [{instancePath:instancePath+"/samples/" + i1+"/file",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data15}];
return false;
}
}
var valid12 = _errs39 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data14.width !== undefined){
let data16 = data14.width;
const _errs42 = errors;
const _errs43 = errors;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
validate18.errors = [{instancePath:instancePath+"/samples/" + i1+"/width",schemaPath:"#/definitions/side/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema30.type,parentSchema:schema30,data:data16}];
return false;
}
if(errors === _errs43){
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 640 || isNaN(data16)){
validate18.errors = [{instancePath:instancePath+"/samples/" + i1+"/width",schemaPath:"#/definitions/side/maximum",keyword:"maximum",params:{comparison: "<=", limit: 640},message:"must be <= 640",schema:640,parentSchema:schema30,data:data16}];
return false;
}
else {
if(data16 < 1 || isNaN(data16)){
validate18.errors = [{instancePath:instancePath+"/samples/" + i1+"/width",schemaPath:"#/definitions/side/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema30,data:data16}];
return false;
}
}
}
}
var valid12 = _errs42 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data14.height !== undefined){
let data17 = data14.height;
const _errs45 = errors;
const _errs46 = errors;
if(!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))){
validate18.errors = [{instancePath:instancePath+"/samples/" + i1+"/height",schemaPath:"#/definitions/side/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema30.type,parentSchema:schema30,data:data17}];
return false;
}
if(errors === _errs46){
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 > 640 || isNaN(data17)){
validate18.errors = [{instancePath:instancePath+"/samples/" + i1+"/height",schemaPath:"#/definitions/side/maximum",keyword:"maximum",params:{comparison: "<=", limit: 640},message:"must be <= 640",schema:640,parentSchema:schema30,data:data17}];
return false;
}
else {
if(data17 < 1 || isNaN(data17)){
validate18.errors = [{instancePath:instancePath+"/samples/" + i1+"/height",schemaPath:"#/definitions/side/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema30,data:data17}];
return false;
}
}
}
}
var valid12 = _errs45 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data14.picture !== undefined){
let data18 = data14.picture;
const _errs48 = errors;
const _errs49 = errors;
if(errors === _errs49){
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
let missing3;
if(((data18.mediaType === undefined) && (missing3 = "mediaType")) || ((data18.base64 === undefined) && (missing3 = "base64"))){
validate18.errors = [{instancePath:instancePath+"/samples/" + i1+"/picture",schemaPath:"#/definitions/picture/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'",schema:schema32.required,parentSchema:schema32,data:data18}];
return false;
}
else {
const _errs51 = errors;
for(const key3 in data18){
if(!((key3 === "mediaType") || (key3 === "base64"))){
validate18.errors = [{instancePath:instancePath+"/samples/" + i1+"/picture",schemaPath:"#/definitions/picture/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema32,data:data18}];
return false;
break;
}
}
if(_errs51 === errors){
if(data18.mediaType !== undefined){
let data19 = data18.mediaType;
const _errs52 = errors;
if(!((data19 === "image/png") || (data19 === "image/jpeg"))){
validate18.errors = [{instancePath:instancePath+"/samples/" + i1+"/picture/mediaType",schemaPath:"#/definitions/picture/properties/mediaType/enum",keyword:"enum",params:{allowedValues: schema32.properties.mediaType.enum},message:"must be equal to one of the allowed values",schema:schema32.properties.mediaType.enum,parentSchema:schema32.properties.mediaType,data:data19}];
return false;
}
var valid17 = _errs52 === errors;
}
else {
var valid17 = true;
}
if(valid17){
if(data18.base64 !== undefined){
let data20 = data18.base64;
const _errs53 = errors;
if(errors === _errs53){
if(typeof data20 === "string"){
if(data20.length < 1){
validate18.errors = [{instancePath:instancePath+"/samples/" + i1+"/picture/base64",schemaPath:"#/definitions/picture/properties/base64/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema32.properties.base64,data:data20}];
return false;
}
}
else {
validate18.errors = [{instancePath:instancePath+"/samples/" + i1+"/picture/base64",schemaPath:"#/definitions/picture/properties/base64/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema32.properties.base64.type,parentSchema:schema32.properties.base64,data:data20}];
return false;
}
}
var valid17 = _errs53 === errors;
}
else {
var valid17 = true;
}
}
}
}
}
else {
validate18.errors = [{instancePath:instancePath+"/samples/" + i1+"/picture",schemaPath:"#/definitions/picture/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema32.type,parentSchema:schema32,data:data18}];
return false;
}
}
var valid12 = _errs48 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data14.truth !== undefined){
const _errs55 = errors;
if(!(validate14(data14.truth, {instancePath:instancePath+"/samples/" + i1+"/truth",parentData:data14,parentDataProperty:"truth",rootData}))){
vErrors = vErrors === null ? validate14.errors : vErrors.concat(validate14.errors);
errors = vErrors.length;
}
var valid12 = _errs55 === errors;
}
else {
var valid12 = true;
}
if(valid12){
if(data14.prediction !== undefined){
const _errs56 = errors;
if(!(validate14(data14.prediction, {instancePath:instancePath+"/samples/" + i1+"/prediction",parentData:data14,parentDataProperty:"prediction",rootData}))){
vErrors = vErrors === null ? validate14.errors : vErrors.concat(validate14.errors);
errors = vErrors.length;
}
var valid12 = _errs56 === errors;
}
else {
var valid12 = true;
}
}
}
}
}
}
}
}
}
else {
validate18.errors = [{instancePath:instancePath+"/samples/" + i1,schemaPath:"#/properties/samples/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema39.properties.samples.items.type,parentSchema:schema39.properties.samples.items,data:data14}];
return false;
}
}
var valid11 = _errs36 === errors;
if(!valid11){
break;
}
}
}
else {
validate18.errors = [{instancePath:instancePath+"/samples",schemaPath:"#/properties/samples/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema39.properties.samples.type,parentSchema:schema39.properties.samples,data:data13}];
return false;
}
}
var valid0 = _errs34 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate18.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema39.type,parentSchema:schema39,data}];
return false;
}
}
validate18.errors = vErrors;
return errors === 0;
}


function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="evaluation-artefact" */;
let vErrors = null;
let errors = 0;
const _errs1 = errors;
let valid0 = true;
const _errs2 = errors;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.task !== undefined){
if("detection" !== data.task){
const err0 = {};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
}
var _valid0 = _errs2 === errors;
errors = _errs1;
if(vErrors !== null){
if(_errs1){
vErrors.length = _errs1;
}
else {
vErrors = null;
}
}
let ifClause0;
if(_valid0){
const _errs4 = errors;
if(!(validate11(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate11.errors : vErrors.concat(validate11.errors);
errors = vErrors.length;
}
var _valid0 = _errs4 === errors;
valid0 = _valid0;
ifClause0 = "then";
}
else {
const _errs5 = errors;
if(!(validate18(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate18.errors : vErrors.concat(validate18.errors);
errors = vErrors.length;
}
var _valid0 = _errs5 === errors;
valid0 = _valid0;
ifClause0 = "else";
}
if(!valid0){
const err1 = {instancePath,schemaPath:"#/if",keyword:"if",params:{failingKeyword: ifClause0},message:"must match \""+ifClause0+"\" schema",schema:schema11.if,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
validate10.errors = vErrors;
return false;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.task === undefined) && (missing0 = "task"))){
validate10.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema11.required,parentSchema:schema11,data}];
return false;
}
else {
if(data.schemaVersion !== undefined){
let data1 = data.schemaVersion;
const _errs6 = errors;
if(1 !== data1){
validate10.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema11.properties.schemaVersion,data:data1}];
return false;
}
var valid2 = _errs6 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data.task !== undefined){
let data2 = data.task;
const _errs7 = errors;
if(!((data2 === "detection") || (data2 === "segmentation"))){
validate10.errors = [{instancePath:instancePath+"/task",schemaPath:"#/properties/task/enum",keyword:"enum",params:{allowedValues: schema11.properties.task.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.task.enum,parentSchema:schema11.properties.task,data:data2}];
return false;
}
var valid2 = _errs7 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate10.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.type,parentSchema:schema11,data}];
return false;
}
}
validate10.errors = vErrors;
return errors === 0;
}
