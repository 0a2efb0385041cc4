// @ts-nocheck: generated from contract/evaluation-artefact.schema.json by make schemas.
import type { SchemaCheck } from '../../common/schema-problems.ts';

export const evaluationArtefact = validate10 as unknown as SchemaCheck;
const schema11 = {"$id":"evaluation-artefact","$schema":"http://json-schema.org/draft-07/schema#","title":"evaluation.json of a run: what a detection or segmentation trial says beyond its journal","type":"object","required":["schemaVersion","task"],"properties":{"schemaVersion":{"const":1},"task":{"enum":["detection","segmentation"]}},"if":{"properties":{"task":{"const":"detection"}}},"then":{"$ref":"#/definitions/detection"},"else":{"$ref":"#/definitions/segmentation"},"definitions":{"box":{"type":"array","minItems":4,"maxItems":4,"items":{"type":"number"}},"count":{"type":"integer","minimum":0},"detection":{"type":"object","required":["schemaVersion","task","dataset","split","epoch","pictures","iou","metrics","categories","curves","samples"],"properties":{"schemaVersion":{"const":1},"task":{"const":"detection"},"dataset":{"$ref":"#/definitions/name"},"split":{"$ref":"#/definitions/name"},"epoch":{"$ref":"#/definitions/count"},"pictures":{"$ref":"#/definitions/count"},"iou":{"enum":["bbox","segm"]},"metrics":{"$ref":"#/definitions/metrics"},"categories":{"type":"array","items":{"type":"object","required":["name","objects","AP","AP50","AP75"],"properties":{"name":{"$ref":"#/definitions/name"},"objects":{"$ref":"#/definitions/count"},"AP":{"$ref":"#/definitions/percent"},"AP50":{"$ref":"#/definitions/percent"},"AP75":{"$ref":"#/definitions/percent"}},"additionalProperties":false}},"curves":{"type":"array","items":{"type":"object","required":["iou","category","precision"],"properties":{"iou":{"enum":["0.50","0.75","0.50:0.95"]},"category":{"oneOf":[{"$ref":"#/definitions/name"},{"type":"null"}]},"precision":{"type":"array","items":{"$ref":"#/definitions/percent"},"minItems":101,"maxItems":101}},"additionalProperties":false}},"samples":{"type":"array","items":{"type":"object","required":["file","width","height","picture","objects","detections"],"properties":{"file":{"$ref":"#/definitions/name"},"width":{"$ref":"#/definitions/side"},"height":{"$ref":"#/definitions/side"},"picture":{"$ref":"#/definitions/picture"},"objects":{"type":"array","items":{"type":"object","required":["box","category","crowd"],"properties":{"box":{"$ref":"#/definitions/box"},"category":{"$ref":"#/definitions/count"},"crowd":{"type":"boolean"}},"additionalProperties":false}},"detections":{"type":"array","items":{"type":"object","required":["box","category","score"],"properties":{"box":{"$ref":"#/definitions/box"},"category":{"$ref":"#/definitions/count"},"score":{"type":"number","minimum":0,"maximum":1}},"additionalProperties":false}}},"additionalProperties":false}}},"additionalProperties":false},"labels":{"type":"array","items":{"$ref":"#/definitions/count"},"minItems":2,"description":"Runs in row order: label, length, label, length, ...; 255 is no class."},"metrics":{"type":"object","additionalProperties":{"$ref":"#/definitions/percent"}},"name":{"type":"string","minLength":1},"percent":{"type":["number","null"],"minimum":0,"maximum":100},"picture":{"type":"object","required":["mediaType","base64"],"properties":{"mediaType":{"enum":["image/png","image/jpeg"]},"base64":{"type":"string","minLength":1}},"additionalProperties":false},"segmentation":{"type":"object","required":["schemaVersion","task","dataset","split","epoch","pictures","metrics","classes","samples"],"properties":{"schemaVersion":{"const":1},"task":{"const":"segmentation"},"dataset":{"$ref":"#/definitions/name"},"split":{"$ref":"#/definitions/name"},"epoch":{"$ref":"#/definitions/count"},"pictures":{"$ref":"#/definitions/count"},"metrics":{"$ref":"#/definitions/metrics"},"classes":{"type":"array","items":{"type":"object","required":["name","pixels","IoU","accuracy"],"properties":{"name":{"$ref":"#/definitions/name"},"pixels":{"$ref":"#/definitions/count"},"IoU":{"$ref":"#/definitions/percent"},"accuracy":{"$ref":"#/definitions/percent"}},"additionalProperties":false}},"samples":{"type":"array","items":{"type":"object","required":["file","width","height","picture","truth","prediction"],"properties":{"file":{"$ref":"#/definitions/name"},"width":{"$ref":"#/definitions/side"},"height":{"$ref":"#/definitions/side"},"picture":{"$ref":"#/definitions/picture"},"truth":{"$ref":"#/definitions/labels"},"prediction":{"$ref":"#/definitions/labels"}},"additionalProperties":false}}},"additionalProperties":false},"side":{"type":"integer","minimum":1,"maximum":640}}};
const schema12 = {"type":"object","required":["schemaVersion","task","dataset","split","epoch","pictures","iou","metrics","categories","curves","samples"],"properties":{"schemaVersion":{"const":1},"task":{"const":"detection"},"dataset":{"$ref":"#/definitions/name"},"split":{"$ref":"#/definitions/name"},"epoch":{"$ref":"#/definitions/count"},"pictures":{"$ref":"#/definitions/count"},"iou":{"enum":["bbox","segm"]},"metrics":{"$ref":"#/definitions/metrics"},"categories":{"type":"array","items":{"type":"object","required":["name","objects","AP","AP50","AP75"],"properties":{"name":{"$ref":"#/definitions/name"},"objects":{"$ref":"#/definitions/count"},"AP":{"$ref":"#/definitions/percent"},"AP50":{"$ref":"#/definitions/percent"},"AP75":{"$ref":"#/definitions/percent"}},"additionalProperties":false}},"curves":{"type":"array","items":{"type":"object","required":["iou","category","precision"],"properties":{"iou":{"enum":["0.50","0.75","0.50:0.95"]},"category":{"oneOf":[{"$ref":"#/definitions/name"},{"type":"null"}]},"precision":{"type":"array","items":{"$ref":"#/definitions/percent"},"minItems":101,"maxItems":101}},"additionalProperties":false}},"samples":{"type":"array","items":{"type":"object","required":["file","width","height","picture","objects","detections"],"properties":{"file":{"$ref":"#/definitions/name"},"width":{"$ref":"#/definitions/side"},"height":{"$ref":"#/definitions/side"},"picture":{"$ref":"#/definitions/picture"},"objects":{"type":"array","items":{"type":"object","required":["box","category","crowd"],"properties":{"box":{"$ref":"#/definitions/box"},"category":{"$ref":"#/definitions/count"},"crowd":{"type":"boolean"}},"additionalProperties":false}},"detections":{"type":"array","items":{"type":"object","required":["box","category","score"],"properties":{"box":{"$ref":"#/definitions/box"},"category":{"$ref":"#/definitions/count"},"score":{"type":"number","minimum":0,"maximum":1}},"additionalProperties":false}}},"additionalProperties":false}}},"additionalProperties":false};
const schema13 = {"type":"string","minLength":1};
const schema15 = {"type":"integer","minimum":0};
const schema18 = {"type":["number","null"],"minimum":0,"maximum":100};
const schema27 = {"type":"integer","minimum":1,"maximum":640};
const schema29 = {"type":"object","required":["mediaType","base64"],"properties":{"mediaType":{"enum":["image/png","image/jpeg"]},"base64":{"type":"string","minLength":1}},"additionalProperties":false};
const schema30 = {"type":"array","minItems":4,"maxItems":4,"items":{"type":"number"}};
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
if(!(((((key1 === "name") || (key1 === "objects")) || (key1 === "AP")) || (key1 === "AP50")) || (key1 === "AP75"))){
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
let data15 = data.curves;
const _errs38 = errors;
if(errors === _errs38){
if(Array.isArray(data15)){
var valid12 = true;
const len1 = data15.length;
for(let i1=0; i1<len1; i1++){
let data16 = data15[i1];
const _errs40 = errors;
if(errors === _errs40){
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
let missing2;
if((((data16.iou === undefined) && (missing2 = "iou")) || ((data16.category === undefined) && (missing2 = "category"))) || ((data16.precision === undefined) && (missing2 = "precision"))){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1,schemaPath:"#/properties/curves/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema12.properties.curves.items.required,parentSchema:schema12.properties.curves.items,data:data16}];
return false;
}
else {
const _errs42 = errors;
for(const key2 in data16){
if(!(((key2 === "iou") || (key2 === "category")) || (key2 === "precision"))){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1,schemaPath:"#/properties/curves/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema12.properties.curves.items,data:data16}];
return false;
break;
}
}
if(_errs42 === errors){
if(data16.iou !== undefined){
let data17 = data16.iou;
const _errs43 = errors;
if(!(((data17 === "0.50") || (data17 === "0.75")) || (data17 === "0.50:0.95"))){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1+"/iou",schemaPath:"#/properties/curves/items/properties/iou/enum",keyword:"enum",params:{allowedValues: schema12.properties.curves.items.properties.iou.enum},message:"must be equal to one of the allowed values",schema:schema12.properties.curves.items.properties.iou.enum,parentSchema:schema12.properties.curves.items.properties.iou,data:data17}];
return false;
}
var valid13 = _errs43 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data16.category !== undefined){
let data18 = data16.category;
const _errs44 = errors;
const _errs45 = errors;
let valid14 = false;
let passing0 = null;
const _errs46 = errors;
const _errs47 = errors;
if(errors === _errs47){
if(typeof data18 === "string"){
if(data18.length < 1){
const err0 = {instancePath:instancePath+"/curves/" + i1+"/category",schemaPath:"#/definitions/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema13,data:data18};
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
const err1 = {instancePath:instancePath+"/curves/" + i1+"/category",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data18};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
var _valid0 = _errs46 === errors;
if(_valid0){
valid14 = true;
passing0 = 0;
}
const _errs49 = errors;
if(data18 !== null){
const err2 = {instancePath:instancePath+"/curves/" + i1+"/category",schemaPath:"#/properties/curves/items/properties/category/oneOf/1/type",keyword:"type",params:{type: "null"},message:"must be null",schema:schema12.properties.curves.items.properties.category.oneOf[1].type,parentSchema:schema12.properties.curves.items.properties.category.oneOf[1],data:data18};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
var _valid0 = _errs49 === errors;
if(_valid0 && valid14){
valid14 = false;
passing0 = [passing0, 1];
}
else {
if(_valid0){
valid14 = true;
passing0 = 1;
}
}
if(!valid14){
const err3 = {instancePath:instancePath+"/curves/" + i1+"/category",schemaPath:"#/properties/curves/items/properties/category/oneOf",keyword:"oneOf",params:{passingSchemas: passing0},message:"must match exactly one schema in oneOf",schema:schema12.properties.curves.items.properties.category.oneOf,parentSchema:schema12.properties.curves.items.properties.category,data:data18};
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
errors = _errs45;
if(vErrors !== null){
if(_errs45){
vErrors.length = _errs45;
}
else {
vErrors = null;
}
}
}
var valid13 = _errs44 === errors;
}
else {
var valid13 = true;
}
if(valid13){
if(data16.precision !== undefined){
let data19 = data16.precision;
const _errs51 = errors;
if(errors === _errs51){
if(Array.isArray(data19)){
if(data19.length > 101){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1+"/precision",schemaPath:"#/properties/curves/items/properties/precision/maxItems",keyword:"maxItems",params:{limit: 101},message:"must NOT have more than 101 items",schema:101,parentSchema:schema12.properties.curves.items.properties.precision,data:data19}];
return false;
}
else {
if(data19.length < 101){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1+"/precision",schemaPath:"#/properties/curves/items/properties/precision/minItems",keyword:"minItems",params:{limit: 101},message:"must NOT have fewer than 101 items",schema:101,parentSchema:schema12.properties.curves.items.properties.precision,data:data19}];
return false;
}
else {
var valid16 = true;
const len2 = data19.length;
for(let i2=0; i2<len2; i2++){
let data20 = data19[i2];
const _errs53 = errors;
const _errs54 = errors;
if((!((typeof data20 == "number") && (isFinite(data20)))) && (data20 !== null)){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1+"/precision/" + i2,schemaPath:"#/definitions/percent/type",keyword:"type",params:{type: schema18.type},message:"must be number,null",schema:schema18.type,parentSchema:schema18,data:data20}];
return false;
}
if(errors === _errs54){
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 > 100 || isNaN(data20)){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1+"/precision/" + i2,schemaPath:"#/definitions/percent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema18,data:data20}];
return false;
}
else {
if(data20 < 0 || isNaN(data20)){
validate11.errors = [{instancePath:instancePath+"/curves/" + i1+"/precision/" + i2,schemaPath:"#/definitions/percent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema18,data:data20}];
return false;
}
}
}
}
var valid16 = _errs53 === errors;
if(!valid16){
break;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/curves/" + i1+"/precision",schemaPath:"#/properties/curves/items/properties/precision/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.curves.items.properties.precision.type,parentSchema:schema12.properties.curves.items.properties.precision,data:data19}];
return false;
}
}
var valid13 = _errs51 === errors;
}
else {
var valid13 = true;
}
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/curves/" + i1,schemaPath:"#/properties/curves/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.properties.curves.items.type,parentSchema:schema12.properties.curves.items,data:data16}];
return false;
}
}
var valid12 = _errs40 === errors;
if(!valid12){
break;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/curves",schemaPath:"#/properties/curves/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.curves.type,parentSchema:schema12.properties.curves,data:data15}];
return false;
}
}
var valid0 = _errs38 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.samples !== undefined){
let data21 = data.samples;
const _errs56 = errors;
if(errors === _errs56){
if(Array.isArray(data21)){
var valid18 = true;
const len3 = data21.length;
for(let i3=0; i3<len3; i3++){
let data22 = data21[i3];
const _errs58 = errors;
if(errors === _errs58){
if(data22 && typeof data22 == "object" && !Array.isArray(data22)){
let missing3;
if(((((((data22.file === undefined) && (missing3 = "file")) || ((data22.width === undefined) && (missing3 = "width"))) || ((data22.height === undefined) && (missing3 = "height"))) || ((data22.picture === undefined) && (missing3 = "picture"))) || ((data22.objects === undefined) && (missing3 = "objects"))) || ((data22.detections === undefined) && (missing3 = "detections"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3,schemaPath:"#/properties/samples/items/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'",schema:schema12.properties.samples.items.required,parentSchema:schema12.properties.samples.items,data:data22}];
return false;
}
else {
const _errs60 = errors;
for(const key3 in data22){
if(!((((((key3 === "file") || (key3 === "width")) || (key3 === "height")) || (key3 === "picture")) || (key3 === "objects")) || (key3 === "detections"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3,schemaPath:"#/properties/samples/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema12.properties.samples.items,data:data22}];
return false;
break;
}
}
if(_errs60 === errors){
if(data22.file !== undefined){
let data23 = data22.file;
const _errs61 = errors;
const _errs62 = errors;
if(errors === _errs62){
if(typeof data23 === "string"){
if(data23.length < 1){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/file",schemaPath:"#/definitions/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema13,data:data23}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/file",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data23}];
return false;
}
}
var valid19 = _errs61 === errors;
}
else {
var valid19 = true;
}
if(valid19){
if(data22.width !== undefined){
let data24 = data22.width;
const _errs64 = errors;
const _errs65 = errors;
if(!(((typeof data24 == "number") && (!(data24 % 1) && !isNaN(data24))) && (isFinite(data24)))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/width",schemaPath:"#/definitions/side/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema27.type,parentSchema:schema27,data:data24}];
return false;
}
if(errors === _errs65){
if((typeof data24 == "number") && (isFinite(data24))){
if(data24 > 640 || isNaN(data24)){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/width",schemaPath:"#/definitions/side/maximum",keyword:"maximum",params:{comparison: "<=", limit: 640},message:"must be <= 640",schema:640,parentSchema:schema27,data:data24}];
return false;
}
else {
if(data24 < 1 || isNaN(data24)){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/width",schemaPath:"#/definitions/side/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema27,data:data24}];
return false;
}
}
}
}
var valid19 = _errs64 === errors;
}
else {
var valid19 = true;
}
if(valid19){
if(data22.height !== undefined){
let data25 = data22.height;
const _errs67 = errors;
const _errs68 = errors;
if(!(((typeof data25 == "number") && (!(data25 % 1) && !isNaN(data25))) && (isFinite(data25)))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/height",schemaPath:"#/definitions/side/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema27.type,parentSchema:schema27,data:data25}];
return false;
}
if(errors === _errs68){
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 > 640 || isNaN(data25)){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/height",schemaPath:"#/definitions/side/maximum",keyword:"maximum",params:{comparison: "<=", limit: 640},message:"must be <= 640",schema:640,parentSchema:schema27,data:data25}];
return false;
}
else {
if(data25 < 1 || isNaN(data25)){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/height",schemaPath:"#/definitions/side/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema27,data:data25}];
return false;
}
}
}
}
var valid19 = _errs67 === errors;
}
else {
var valid19 = true;
}
if(valid19){
if(data22.picture !== undefined){
let data26 = data22.picture;
const _errs70 = errors;
const _errs71 = errors;
if(errors === _errs71){
if(data26 && typeof data26 == "object" && !Array.isArray(data26)){
let missing4;
if(((data26.mediaType === undefined) && (missing4 = "mediaType")) || ((data26.base64 === undefined) && (missing4 = "base64"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/picture",schemaPath:"#/definitions/picture/required",keyword:"required",params:{missingProperty: missing4},message:"must have required property '"+missing4+"'",schema:schema29.required,parentSchema:schema29,data:data26}];
return false;
}
else {
const _errs73 = errors;
for(const key4 in data26){
if(!((key4 === "mediaType") || (key4 === "base64"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/picture",schemaPath:"#/definitions/picture/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},message:"must NOT have additional properties",schema:false,parentSchema:schema29,data:data26}];
return false;
break;
}
}
if(_errs73 === errors){
if(data26.mediaType !== undefined){
let data27 = data26.mediaType;
const _errs74 = errors;
if(!((data27 === "image/png") || (data27 === "image/jpeg"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/picture/mediaType",schemaPath:"#/definitions/picture/properties/mediaType/enum",keyword:"enum",params:{allowedValues: schema29.properties.mediaType.enum},message:"must be equal to one of the allowed values",schema:schema29.properties.mediaType.enum,parentSchema:schema29.properties.mediaType,data:data27}];
return false;
}
var valid24 = _errs74 === errors;
}
else {
var valid24 = true;
}
if(valid24){
if(data26.base64 !== undefined){
let data28 = data26.base64;
const _errs75 = errors;
if(errors === _errs75){
if(typeof data28 === "string"){
if(data28.length < 1){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/picture/base64",schemaPath:"#/definitions/picture/properties/base64/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema29.properties.base64,data:data28}];
return false;
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/picture/base64",schemaPath:"#/definitions/picture/properties/base64/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema29.properties.base64.type,parentSchema:schema29.properties.base64,data:data28}];
return false;
}
}
var valid24 = _errs75 === errors;
}
else {
var valid24 = true;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/picture",schemaPath:"#/definitions/picture/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema29.type,parentSchema:schema29,data:data26}];
return false;
}
}
var valid19 = _errs70 === errors;
}
else {
var valid19 = true;
}
if(valid19){
if(data22.objects !== undefined){
let data29 = data22.objects;
const _errs77 = errors;
if(errors === _errs77){
if(Array.isArray(data29)){
var valid25 = true;
const len4 = data29.length;
for(let i4=0; i4<len4; i4++){
let data30 = data29[i4];
const _errs79 = errors;
if(errors === _errs79){
if(data30 && typeof data30 == "object" && !Array.isArray(data30)){
let missing5;
if((((data30.box === undefined) && (missing5 = "box")) || ((data30.category === undefined) && (missing5 = "category"))) || ((data30.crowd === undefined) && (missing5 = "crowd"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4,schemaPath:"#/properties/samples/items/properties/objects/items/required",keyword:"required",params:{missingProperty: missing5},message:"must have required property '"+missing5+"'",schema:schema12.properties.samples.items.properties.objects.items.required,parentSchema:schema12.properties.samples.items.properties.objects.items,data:data30}];
return false;
}
else {
const _errs81 = errors;
for(const key5 in data30){
if(!(((key5 === "box") || (key5 === "category")) || (key5 === "crowd"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4,schemaPath:"#/properties/samples/items/properties/objects/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties",schema:false,parentSchema:schema12.properties.samples.items.properties.objects.items,data:data30}];
return false;
break;
}
}
if(_errs81 === errors){
if(data30.box !== undefined){
let data31 = data30.box;
const _errs82 = errors;
const _errs83 = errors;
if(errors === _errs83){
if(Array.isArray(data31)){
if(data31.length > 4){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4+"/box",schemaPath:"#/definitions/box/maxItems",keyword:"maxItems",params:{limit: 4},message:"must NOT have more than 4 items",schema:4,parentSchema:schema30,data:data31}];
return false;
}
else {
if(data31.length < 4){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4+"/box",schemaPath:"#/definitions/box/minItems",keyword:"minItems",params:{limit: 4},message:"must NOT have fewer than 4 items",schema:4,parentSchema:schema30,data:data31}];
return false;
}
else {
var valid28 = true;
const len5 = data31.length;
for(let i5=0; i5<len5; i5++){
let data32 = data31[i5];
const _errs85 = errors;
if(!((typeof data32 == "number") && (isFinite(data32)))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4+"/box/" + i5,schemaPath:"#/definitions/box/items/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema30.items.type,parentSchema:schema30.items,data:data32}];
return false;
}
var valid28 = _errs85 === errors;
if(!valid28){
break;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4+"/box",schemaPath:"#/definitions/box/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema30.type,parentSchema:schema30,data:data31}];
return false;
}
}
var valid26 = _errs82 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data30.category !== undefined){
let data33 = data30.category;
const _errs87 = errors;
const _errs88 = errors;
if(!(((typeof data33 == "number") && (!(data33 % 1) && !isNaN(data33))) && (isFinite(data33)))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4+"/category",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema15.type,parentSchema:schema15,data:data33}];
return false;
}
if(errors === _errs88){
if((typeof data33 == "number") && (isFinite(data33))){
if(data33 < 0 || isNaN(data33)){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4+"/category",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema15,data:data33}];
return false;
}
}
}
var valid26 = _errs87 === errors;
}
else {
var valid26 = true;
}
if(valid26){
if(data30.crowd !== undefined){
let data34 = data30.crowd;
const _errs90 = errors;
if(typeof data34 !== "boolean"){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4+"/crowd",schemaPath:"#/properties/samples/items/properties/objects/items/properties/crowd/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema12.properties.samples.items.properties.objects.items.properties.crowd.type,parentSchema:schema12.properties.samples.items.properties.objects.items.properties.crowd,data:data34}];
return false;
}
var valid26 = _errs90 === errors;
}
else {
var valid26 = true;
}
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects/" + i4,schemaPath:"#/properties/samples/items/properties/objects/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.properties.samples.items.properties.objects.items.type,parentSchema:schema12.properties.samples.items.properties.objects.items,data:data30}];
return false;
}
}
var valid25 = _errs79 === errors;
if(!valid25){
break;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/objects",schemaPath:"#/properties/samples/items/properties/objects/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.samples.items.properties.objects.type,parentSchema:schema12.properties.samples.items.properties.objects,data:data29}];
return false;
}
}
var valid19 = _errs77 === errors;
}
else {
var valid19 = true;
}
if(valid19){
if(data22.detections !== undefined){
let data35 = data22.detections;
const _errs92 = errors;
if(errors === _errs92){
if(Array.isArray(data35)){
var valid30 = true;
const len6 = data35.length;
for(let i6=0; i6<len6; i6++){
let data36 = data35[i6];
const _errs94 = errors;
if(errors === _errs94){
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
let missing6;
if((((data36.box === undefined) && (missing6 = "box")) || ((data36.category === undefined) && (missing6 = "category"))) || ((data36.score === undefined) && (missing6 = "score"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6,schemaPath:"#/properties/samples/items/properties/detections/items/required",keyword:"required",params:{missingProperty: missing6},message:"must have required property '"+missing6+"'",schema:schema12.properties.samples.items.properties.detections.items.required,parentSchema:schema12.properties.samples.items.properties.detections.items,data:data36}];
return false;
}
else {
const _errs96 = errors;
for(const key6 in data36){
if(!(((key6 === "box") || (key6 === "category")) || (key6 === "score"))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6,schemaPath:"#/properties/samples/items/properties/detections/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},message:"must NOT have additional properties",schema:false,parentSchema:schema12.properties.samples.items.properties.detections.items,data:data36}];
return false;
break;
}
}
if(_errs96 === errors){
if(data36.box !== undefined){
let data37 = data36.box;
const _errs97 = errors;
const _errs98 = errors;
if(errors === _errs98){
if(Array.isArray(data37)){
if(data37.length > 4){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/box",schemaPath:"#/definitions/box/maxItems",keyword:"maxItems",params:{limit: 4},message:"must NOT have more than 4 items",schema:4,parentSchema:schema30,data:data37}];
return false;
}
else {
if(data37.length < 4){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/box",schemaPath:"#/definitions/box/minItems",keyword:"minItems",params:{limit: 4},message:"must NOT have fewer than 4 items",schema:4,parentSchema:schema30,data:data37}];
return false;
}
else {
var valid33 = true;
const len7 = data37.length;
for(let i7=0; i7<len7; i7++){
let data38 = data37[i7];
const _errs100 = errors;
if(!((typeof data38 == "number") && (isFinite(data38)))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/box/" + i7,schemaPath:"#/definitions/box/items/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema30.items.type,parentSchema:schema30.items,data:data38}];
return false;
}
var valid33 = _errs100 === errors;
if(!valid33){
break;
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/box",schemaPath:"#/definitions/box/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema30.type,parentSchema:schema30,data:data37}];
return false;
}
}
var valid31 = _errs97 === errors;
}
else {
var valid31 = true;
}
if(valid31){
if(data36.category !== undefined){
let data39 = data36.category;
const _errs102 = errors;
const _errs103 = errors;
if(!(((typeof data39 == "number") && (!(data39 % 1) && !isNaN(data39))) && (isFinite(data39)))){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/category",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema15.type,parentSchema:schema15,data:data39}];
return false;
}
if(errors === _errs103){
if((typeof data39 == "number") && (isFinite(data39))){
if(data39 < 0 || isNaN(data39)){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/category",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema15,data:data39}];
return false;
}
}
}
var valid31 = _errs102 === errors;
}
else {
var valid31 = true;
}
if(valid31){
if(data36.score !== undefined){
let data40 = data36.score;
const _errs105 = errors;
if(errors === _errs105){
if((typeof data40 == "number") && (isFinite(data40))){
if(data40 > 1 || isNaN(data40)){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/score",schemaPath:"#/properties/samples/items/properties/detections/items/properties/score/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1},message:"must be <= 1",schema:1,parentSchema:schema12.properties.samples.items.properties.detections.items.properties.score,data:data40}];
return false;
}
else {
if(data40 < 0 || isNaN(data40)){
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/score",schemaPath:"#/properties/samples/items/properties/detections/items/properties/score/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema12.properties.samples.items.properties.detections.items.properties.score,data:data40}];
return false;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6+"/score",schemaPath:"#/properties/samples/items/properties/detections/items/properties/score/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema12.properties.samples.items.properties.detections.items.properties.score.type,parentSchema:schema12.properties.samples.items.properties.detections.items.properties.score,data:data40}];
return false;
}
}
var valid31 = _errs105 === errors;
}
else {
var valid31 = true;
}
}
}
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections/" + i6,schemaPath:"#/properties/samples/items/properties/detections/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.properties.samples.items.properties.detections.items.type,parentSchema:schema12.properties.samples.items.properties.detections.items,data:data36}];
return false;
}
}
var valid30 = _errs94 === errors;
if(!valid30){
break;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples/" + i3+"/detections",schemaPath:"#/properties/samples/items/properties/detections/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.samples.items.properties.detections.type,parentSchema:schema12.properties.samples.items.properties.detections,data:data35}];
return false;
}
}
var valid19 = _errs92 === errors;
}
else {
var valid19 = true;
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
validate11.errors = [{instancePath:instancePath+"/samples/" + i3,schemaPath:"#/properties/samples/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema12.properties.samples.items.type,parentSchema:schema12.properties.samples.items,data:data22}];
return false;
}
}
var valid18 = _errs58 === errors;
if(!valid18){
break;
}
}
}
else {
validate11.errors = [{instancePath:instancePath+"/samples",schemaPath:"#/properties/samples/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema12.properties.samples.type,parentSchema:schema12.properties.samples,data:data21}];
return false;
}
}
var valid0 = _errs56 === errors;
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

const schema34 = {"type":"object","required":["schemaVersion","task","dataset","split","epoch","pictures","metrics","classes","samples"],"properties":{"schemaVersion":{"const":1},"task":{"const":"segmentation"},"dataset":{"$ref":"#/definitions/name"},"split":{"$ref":"#/definitions/name"},"epoch":{"$ref":"#/definitions/count"},"pictures":{"$ref":"#/definitions/count"},"metrics":{"$ref":"#/definitions/metrics"},"classes":{"type":"array","items":{"type":"object","required":["name","pixels","IoU","accuracy"],"properties":{"name":{"$ref":"#/definitions/name"},"pixels":{"$ref":"#/definitions/count"},"IoU":{"$ref":"#/definitions/percent"},"accuracy":{"$ref":"#/definitions/percent"}},"additionalProperties":false}},"samples":{"type":"array","items":{"type":"object","required":["file","width","height","picture","truth","prediction"],"properties":{"file":{"$ref":"#/definitions/name"},"width":{"$ref":"#/definitions/side"},"height":{"$ref":"#/definitions/side"},"picture":{"$ref":"#/definitions/picture"},"truth":{"$ref":"#/definitions/labels"},"prediction":{"$ref":"#/definitions/labels"}},"additionalProperties":false}}},"additionalProperties":false};
const schema47 = {"type":"array","items":{"$ref":"#/definitions/count"},"minItems":2,"description":"Runs in row order: label, length, label, length, ...; 255 is no class."};

function validate17(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(Array.isArray(data)){
if(data.length < 2){
validate17.errors = [{instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 2},message:"must NOT have fewer than 2 items",schema:2,parentSchema:schema47,data}];
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
validate17.errors = [{instancePath:instancePath+"/" + i0,schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema15.type,parentSchema:schema15,data:data0}];
return false;
}
if(errors === _errs2){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 < 0 || isNaN(data0)){
validate17.errors = [{instancePath:instancePath+"/" + i0,schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema15,data:data0}];
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
validate17.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema47.type,parentSchema:schema47,data}];
return false;
}
}
validate17.errors = vErrors;
return errors === 0;
}


function validate15(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.task === undefined) && (missing0 = "task"))) || ((data.dataset === undefined) && (missing0 = "dataset"))) || ((data.split === undefined) && (missing0 = "split"))) || ((data.epoch === undefined) && (missing0 = "epoch"))) || ((data.pictures === undefined) && (missing0 = "pictures"))) || ((data.metrics === undefined) && (missing0 = "metrics"))) || ((data.classes === undefined) && (missing0 = "classes"))) || ((data.samples === undefined) && (missing0 = "samples"))){
validate15.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema34.required,parentSchema:schema34,data}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func2.call(schema34.properties, key0))){
validate15.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties",schema:false,parentSchema:schema34,data}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs2 = errors;
if(1 !== data0){
validate15.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema34.properties.schemaVersion,data:data0}];
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
validate15.errors = [{instancePath:instancePath+"/task",schemaPath:"#/properties/task/const",keyword:"const",params:{allowedValue: "segmentation"},message:"must be equal to constant",schema:"segmentation",parentSchema:schema34.properties.task,data:data1}];
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
validate15.errors = [{instancePath:instancePath+"/dataset",schemaPath:"#/definitions/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema13,data:data2}];
return false;
}
}
else {
validate15.errors = [{instancePath:instancePath+"/dataset",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data2}];
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
validate15.errors = [{instancePath:instancePath+"/split",schemaPath:"#/definitions/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema13,data:data3}];
return false;
}
}
else {
validate15.errors = [{instancePath:instancePath+"/split",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data3}];
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
validate15.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema15.type,parentSchema:schema15,data:data4}];
return false;
}
if(errors === _errs11){
if((typeof data4 == "number") && (isFinite(data4))){
if(data4 < 0 || isNaN(data4)){
validate15.errors = [{instancePath:instancePath+"/epoch",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema15,data:data4}];
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
validate15.errors = [{instancePath:instancePath+"/pictures",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema15.type,parentSchema:schema15,data:data5}];
return false;
}
if(errors === _errs14){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 < 0 || isNaN(data5)){
validate15.errors = [{instancePath:instancePath+"/pictures",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema15,data:data5}];
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
validate15.errors = [{instancePath:instancePath+"/classes/" + i0,schemaPath:"#/properties/classes/items/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema34.properties.classes.items.required,parentSchema:schema34.properties.classes.items,data:data8}];
return false;
}
else {
const _errs21 = errors;
for(const key1 in data8){
if(!((((key1 === "name") || (key1 === "pixels")) || (key1 === "IoU")) || (key1 === "accuracy"))){
validate15.errors = [{instancePath:instancePath+"/classes/" + i0,schemaPath:"#/properties/classes/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties",schema:false,parentSchema:schema34.properties.classes.items,data:data8}];
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
validate15.errors = [{instancePath:instancePath+"/classes/" + i0+"/name",schemaPath:"#/definitions/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema13,data:data9}];
return false;
}
}
else {
validate15.errors = [{instancePath:instancePath+"/classes/" + i0+"/name",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data9}];
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
validate15.errors = [{instancePath:instancePath+"/classes/" + i0+"/pixels",schemaPath:"#/definitions/count/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema15.type,parentSchema:schema15,data:data10}];
return false;
}
if(errors === _errs26){
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 < 0 || isNaN(data10)){
validate15.errors = [{instancePath:instancePath+"/classes/" + i0+"/pixels",schemaPath:"#/definitions/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema15,data:data10}];
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
validate15.errors = [{instancePath:instancePath+"/classes/" + i0+"/IoU",schemaPath:"#/definitions/percent/type",keyword:"type",params:{type: schema18.type},message:"must be number,null",schema:schema18.type,parentSchema:schema18,data:data11}];
return false;
}
if(errors === _errs29){
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 > 100 || isNaN(data11)){
validate15.errors = [{instancePath:instancePath+"/classes/" + i0+"/IoU",schemaPath:"#/definitions/percent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema18,data:data11}];
return false;
}
else {
if(data11 < 0 || isNaN(data11)){
validate15.errors = [{instancePath:instancePath+"/classes/" + i0+"/IoU",schemaPath:"#/definitions/percent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema18,data:data11}];
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
validate15.errors = [{instancePath:instancePath+"/classes/" + i0+"/accuracy",schemaPath:"#/definitions/percent/type",keyword:"type",params:{type: schema18.type},message:"must be number,null",schema:schema18.type,parentSchema:schema18,data:data12}];
return false;
}
if(errors === _errs32){
if((typeof data12 == "number") && (isFinite(data12))){
if(data12 > 100 || isNaN(data12)){
validate15.errors = [{instancePath:instancePath+"/classes/" + i0+"/accuracy",schemaPath:"#/definitions/percent/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100},message:"must be <= 100",schema:100,parentSchema:schema18,data:data12}];
return false;
}
else {
if(data12 < 0 || isNaN(data12)){
validate15.errors = [{instancePath:instancePath+"/classes/" + i0+"/accuracy",schemaPath:"#/definitions/percent/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema18,data:data12}];
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
validate15.errors = [{instancePath:instancePath+"/classes/" + i0,schemaPath:"#/properties/classes/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema34.properties.classes.items.type,parentSchema:schema34.properties.classes.items,data:data8}];
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
validate15.errors = [{instancePath:instancePath+"/classes",schemaPath:"#/properties/classes/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema34.properties.classes.type,parentSchema:schema34.properties.classes,data:data7}];
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
validate15.errors = [{instancePath:instancePath+"/samples/" + i1,schemaPath:"#/properties/samples/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema34.properties.samples.items.required,parentSchema:schema34.properties.samples.items,data:data14}];
return false;
}
else {
const _errs38 = errors;
for(const key2 in data14){
if(!((((((key2 === "file") || (key2 === "width")) || (key2 === "height")) || (key2 === "picture")) || (key2 === "truth")) || (key2 === "prediction"))){
validate15.errors = [{instancePath:instancePath+"/samples/" + i1,schemaPath:"#/properties/samples/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties",schema:false,parentSchema:schema34.properties.samples.items,data:data14}];
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
validate15.errors = [{instancePath:instancePath+"/samples/" + i1+"/file",schemaPath:"#/definitions/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema13,data:data15}];
return false;
}
}
else {
validate15.errors = [{instancePath:instancePath+"/samples/" + i1+"/file",schemaPath:"#/definitions/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema13.type,parentSchema:schema13,data:data15}];
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
validate15.errors = [{instancePath:instancePath+"/samples/" + i1+"/width",schemaPath:"#/definitions/side/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema27.type,parentSchema:schema27,data:data16}];
return false;
}
if(errors === _errs43){
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 > 640 || isNaN(data16)){
validate15.errors = [{instancePath:instancePath+"/samples/" + i1+"/width",schemaPath:"#/definitions/side/maximum",keyword:"maximum",params:{comparison: "<=", limit: 640},message:"must be <= 640",schema:640,parentSchema:schema27,data:data16}];
return false;
}
else {
if(data16 < 1 || isNaN(data16)){
validate15.errors = [{instancePath:instancePath+"/samples/" + i1+"/width",schemaPath:"#/definitions/side/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema27,data:data16}];
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
validate15.errors = [{instancePath:instancePath+"/samples/" + i1+"/height",schemaPath:"#/definitions/side/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema27.type,parentSchema:schema27,data:data17}];
return false;
}
if(errors === _errs46){
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 > 640 || isNaN(data17)){
validate15.errors = [{instancePath:instancePath+"/samples/" + i1+"/height",schemaPath:"#/definitions/side/maximum",keyword:"maximum",params:{comparison: "<=", limit: 640},message:"must be <= 640",schema:640,parentSchema:schema27,data:data17}];
return false;
}
else {
if(data17 < 1 || isNaN(data17)){
validate15.errors = [{instancePath:instancePath+"/samples/" + i1+"/height",schemaPath:"#/definitions/side/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},message:"must be >= 1",schema:1,parentSchema:schema27,data:data17}];
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
validate15.errors = [{instancePath:instancePath+"/samples/" + i1+"/picture",schemaPath:"#/definitions/picture/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'",schema:schema29.required,parentSchema:schema29,data:data18}];
return false;
}
else {
const _errs51 = errors;
for(const key3 in data18){
if(!((key3 === "mediaType") || (key3 === "base64"))){
validate15.errors = [{instancePath:instancePath+"/samples/" + i1+"/picture",schemaPath:"#/definitions/picture/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties",schema:false,parentSchema:schema29,data:data18}];
return false;
break;
}
}
if(_errs51 === errors){
if(data18.mediaType !== undefined){
let data19 = data18.mediaType;
const _errs52 = errors;
if(!((data19 === "image/png") || (data19 === "image/jpeg"))){
validate15.errors = [{instancePath:instancePath+"/samples/" + i1+"/picture/mediaType",schemaPath:"#/definitions/picture/properties/mediaType/enum",keyword:"enum",params:{allowedValues: schema29.properties.mediaType.enum},message:"must be equal to one of the allowed values",schema:schema29.properties.mediaType.enum,parentSchema:schema29.properties.mediaType,data:data19}];
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
validate15.errors = [{instancePath:instancePath+"/samples/" + i1+"/picture/base64",schemaPath:"#/definitions/picture/properties/base64/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema29.properties.base64,data:data20}];
return false;
}
}
else {
validate15.errors = [{instancePath:instancePath+"/samples/" + i1+"/picture/base64",schemaPath:"#/definitions/picture/properties/base64/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema29.properties.base64.type,parentSchema:schema29.properties.base64,data:data20}];
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
validate15.errors = [{instancePath:instancePath+"/samples/" + i1+"/picture",schemaPath:"#/definitions/picture/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema29.type,parentSchema:schema29,data:data18}];
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
if(!(validate17(data14.truth, {instancePath:instancePath+"/samples/" + i1+"/truth",parentData:data14,parentDataProperty:"truth",rootData}))){
vErrors = vErrors === null ? validate17.errors : vErrors.concat(validate17.errors);
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
if(!(validate17(data14.prediction, {instancePath:instancePath+"/samples/" + i1+"/prediction",parentData:data14,parentDataProperty:"prediction",rootData}))){
vErrors = vErrors === null ? validate17.errors : vErrors.concat(validate17.errors);
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
validate15.errors = [{instancePath:instancePath+"/samples/" + i1,schemaPath:"#/properties/samples/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema34.properties.samples.items.type,parentSchema:schema34.properties.samples.items,data:data14}];
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
validate15.errors = [{instancePath:instancePath+"/samples",schemaPath:"#/properties/samples/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema34.properties.samples.type,parentSchema:schema34.properties.samples,data:data13}];
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
validate15.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema34.type,parentSchema:schema34,data}];
return false;
}
}
validate15.errors = vErrors;
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
if(!(validate15(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate15.errors : vErrors.concat(validate15.errors);
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
